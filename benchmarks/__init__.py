"""Measurements, each a command: JSON on standard output, a table for people on standard error."""
