"""What a newcomer meets: the start page, the scenes to try, and the tour."""
