"""The project on disk: saved, opened, autosaved, found again."""
