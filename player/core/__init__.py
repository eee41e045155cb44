"""One session of the player: its state, the views of it, and what it keeps of what happened."""
