"""The trainings of this project side by side, and baselines measured beside them."""
