"""Where a typed phrase matches."""
