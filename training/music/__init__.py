"""The regressor of music's mood: chosen by cross-validation, judged once on test songs, exported with its card."""
