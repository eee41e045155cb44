"""From a run to a file that the recognizer runs: calibrated, compared with torch, quantised, with its card."""
