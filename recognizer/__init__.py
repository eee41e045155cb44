"""Frames in, affect out: what the faces in a camera picture, a video or a stream express."""
