"""Descriptions by a language model."""
