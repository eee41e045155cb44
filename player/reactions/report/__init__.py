"""The report: one HTML file that needs nothing else, from a study's aggregates."""
