"""How well a model reads faces, how sure that is, and how long it takes."""
