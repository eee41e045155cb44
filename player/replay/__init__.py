"""A session's trace, run again: what reached the director is written down, and given to a new one afterwards."""
