"""Everything that paints labels: tools, strokes, what is alike."""
