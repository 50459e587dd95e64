"""What is foreground, and the objects in it."""
