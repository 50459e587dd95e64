"""What descriptions claim, checked against the spectra."""
