"""The image of the current cube."""
