"""How it looks: channels, stretch, colour map."""
