"""Replay of a session: the inputs of the director are written to a trace, and given to a new director later."""
