"""The list of cubes, and what is made of their files."""
