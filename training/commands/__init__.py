"""One module a command of `python -m training`: arguments in, one call, a few lines out."""
