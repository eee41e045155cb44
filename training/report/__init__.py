"""Reports on models: what is measured beyond the scores, and the page and the file that show it."""
