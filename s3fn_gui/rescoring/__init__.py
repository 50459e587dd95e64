"""A map that follows the words while they are edited."""
