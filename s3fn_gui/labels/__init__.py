"""Labels: classes, drawing, regions, files."""
