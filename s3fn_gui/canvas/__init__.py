"""What the image canvas is made of: overlays, brush outline, mouse."""
