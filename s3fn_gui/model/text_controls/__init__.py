"""Does the text matter? Trainings with other words in its place."""
