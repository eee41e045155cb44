"""The session of the player: its state, its views, its trace, and the personal data."""
