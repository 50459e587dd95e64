"""The list of classes."""
