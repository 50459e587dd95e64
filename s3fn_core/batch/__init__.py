"""The same work on many cubes: one task a cube, wherever it runs, and what is known of those done."""
