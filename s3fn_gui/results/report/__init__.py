"""A report of the model: one page, as HTML or PDF."""
