"""The offline half: data, fitting, evaluation and export of the models that the recognizer and the player run."""
