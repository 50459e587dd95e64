"""What is shown of a cube: colours, stretch, components < a `composite` < its `rendering`."""
