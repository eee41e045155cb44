"""People look at labels: which first, on what page, what they answered, and what follows from it."""
