"""Label maps and classes in and out."""
