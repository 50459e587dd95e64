"""Where the next label would help most."""
