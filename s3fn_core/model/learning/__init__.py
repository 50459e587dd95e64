"""Learning: `splits` < `division` (what is learned, what asked) < `fitting` < `training`."""
