"""Spectra: how they are drawn, of a region, from a library, kept and as tables."""
