"""Clips of rendered viewers: one clip, the demo clip, and whole audiences with their tables."""
