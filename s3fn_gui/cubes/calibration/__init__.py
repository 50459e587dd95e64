"""Calibration to reflectance: the dialog, its preview, the job."""
