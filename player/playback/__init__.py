"""What plays and when: the director, the playback controller, and what they decide with."""
