"""Spectra: under the cursor, kept, of classes."""
