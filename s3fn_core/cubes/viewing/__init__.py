"""What is shown of a cube.

From the ground: colours, stretch, components; a `composite`; its `rendering`; a `picture`.
"""
