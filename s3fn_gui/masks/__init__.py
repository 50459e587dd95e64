"""Masks in the window: their state, strokes, background work and the table of objects."""
