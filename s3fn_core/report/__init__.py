"""One page that says how a map came about, and can repeat the training."""
