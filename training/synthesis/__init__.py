"""Synthetic faces: pictures and clips whose expression is known because we made it."""
