"""The window around all rooms."""
