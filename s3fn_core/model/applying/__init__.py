"""Applying a model: features, maps, whole objects, other words for the same map."""
