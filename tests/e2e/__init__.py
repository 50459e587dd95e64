"""The whole way through the real window."""
