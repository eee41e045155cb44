"""Two networks trained on the user's own faces: one draws identities, the other warps a face into an expression."""
