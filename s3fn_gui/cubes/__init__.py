"""Parts of the metadata editor."""
