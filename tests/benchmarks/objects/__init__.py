"""Lots of fruit on trays: baselines, ours, and the table of bench_objects."""
