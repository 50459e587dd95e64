"""Scenes and methods of bench_accuracy."""
