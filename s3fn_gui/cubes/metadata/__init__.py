"""What a cube says of itself, and how it is corrected."""
