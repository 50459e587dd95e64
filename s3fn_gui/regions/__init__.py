"""The labelled regions of the cube on show, as data."""
