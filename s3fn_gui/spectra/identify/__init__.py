"""Finding the entries of the library that a spectrum is like."""
