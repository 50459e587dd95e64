"""Spectral libraries of the user's own, beside the one of the program."""
