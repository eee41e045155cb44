"""What a face does: FACS action units, expressions as samples of them, and their course in time."""
