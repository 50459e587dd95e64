"""The classes in the window: how they are looked at, edited and listed."""
