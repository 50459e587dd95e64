"""Reports of problems: what goes into one, and the offer after a crash."""
