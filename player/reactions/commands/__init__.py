"""The lab's commands: `python -m player watch | analyse | report | ...`; each prints its own --help."""
