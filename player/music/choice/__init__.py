"""Which track fits: policies, ranking, and what is learned from the listener."""
