"""Lots of fruit on trays: rivals, ours, and the table of bench_objects."""
