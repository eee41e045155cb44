"""What a track's sound tells: mood, loudness, and where it becomes audible."""
