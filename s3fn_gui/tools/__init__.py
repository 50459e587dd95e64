"""What the mouse does on the image: a small class for each tool."""
