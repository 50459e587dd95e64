"""Spectral facts of the classes, and descriptions made of them."""
