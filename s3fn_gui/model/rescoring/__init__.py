"""The map follows the words; retraining with them."""
