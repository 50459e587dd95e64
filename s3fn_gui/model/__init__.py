"""The text probe: where in the scene a free phrase matches."""
