"""Taking expected spectra from the library of materials."""
