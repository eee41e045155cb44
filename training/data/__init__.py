"""Readers of labelled faces and of music tables, each to one frozen type."""
