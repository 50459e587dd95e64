"""How alike the descriptions are."""
