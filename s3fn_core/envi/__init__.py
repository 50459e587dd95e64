"""The text files that lie beside ENVI rasters, for cubes and label maps alike."""
