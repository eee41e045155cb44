"""The listener's music: what there is, how each track feels, what fits now, and what this listener keeps or skips."""
