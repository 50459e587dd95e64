"""Parts of bench_viewing, a module for each side."""
