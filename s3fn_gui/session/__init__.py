"""What a project keeps, the open cubes, what is under way, undo."""
