"""Parts of the spectra's view."""
