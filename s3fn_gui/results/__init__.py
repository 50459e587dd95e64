"""Accuracy and export of the map."""
