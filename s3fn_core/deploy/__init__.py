"""Models for other programs: one graph from spectra to probabilities."""
