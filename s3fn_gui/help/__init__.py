"""The documentation in the window: pages, search, and which page tells of which panel."""
