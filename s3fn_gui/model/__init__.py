"""Training, the map, and what the words do to it."""
