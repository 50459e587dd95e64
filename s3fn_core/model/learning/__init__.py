"""Learning a model: which labels, `fitting` in `stages`, the whole `training`, other words."""
