"""Baselines: well-known classifiers of single spectra, measured on what a training was measured on."""
