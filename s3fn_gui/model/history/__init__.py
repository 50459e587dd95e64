"""The trainings of this project side by side, and rivals measured beside them."""
