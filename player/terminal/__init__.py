"""The player in a terminal: the same views as text, and single keys."""
