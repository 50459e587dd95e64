"""Training: divide, fit, measure, then map the current cube."""
