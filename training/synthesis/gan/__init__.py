"""Two networks trained on the user's own faces: one draws identities, the other deforms a face into an expression."""
