"""Commands of the start page."""

from __future__ import annotations

from collections.abc import Callable

from s3fn_gui.base.actions import Command, Commands
from s3fn_gui.start.flow import StartFlow
from s3fn_gui.start.scenes import SCENES, Scene


def commands(flow: StartFlow, arrange: Callable[[str], None]) -> Commands:
    """One row for each scene; `arrange` chooses a workspace."""

    def row(scene: Scene) -> Command:
        text = f"Try a scene: {scene.title.lower()}"
        return Command(f"start.{scene.name}", text, lambda: flow.try_scene(scene, arrange), tip=scene.hint)

    return Commands(tuple(map(row, SCENES)))
