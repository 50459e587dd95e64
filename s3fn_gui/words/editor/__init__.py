"""The text itself: authors, locks, earlier versions."""
