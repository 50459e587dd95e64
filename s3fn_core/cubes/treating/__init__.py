"""What the analyst makes of a file: other metadata, a calibration, a mask; on top the `treatment`."""
