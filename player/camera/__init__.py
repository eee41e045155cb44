"""The camera: which source of pictures is taken, and the thread that reads it."""
