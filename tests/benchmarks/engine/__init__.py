"""How fast the engine is: a module for each measurement, each with ``rows()``."""
