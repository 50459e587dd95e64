"""Descriptions: written, checked, measured, compared."""
