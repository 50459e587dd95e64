"""What these tests share."""

from tests.gui.fixtures import hands, own_folders, scene_file, session, window

__all__ = ["hands", "own_folders", "scene_file", "session", "window"]
