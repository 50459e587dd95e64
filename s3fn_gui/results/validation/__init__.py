"""Accuracy of the map against points that somebody looked at, or against another reference."""
