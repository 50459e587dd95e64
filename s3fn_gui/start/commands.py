"""Commands of the start page."""

from __future__ import annotations

from collections.abc import Callable

from s3fn_core.languages import tr
from s3fn_gui.base.actions import Command, Commands
from s3fn_gui.start.flow import StartFlow
from s3fn_gui.start.scenes import SCENES, Scene
from s3fn_gui.start.tour import Tour


def commands(flow: StartFlow, tour: Tour, arrange: Callable[[str], None]) -> Commands:
    """The tour, and one row for each scene; `arrange` chooses a workspace."""

    def row(scene: Scene) -> Command:
        text = tr("Try a scene: {title}", title=scene.title)
        return Command(f"start.{scene.name}", text, lambda: flow.try_scene(scene, arrange), tip=scene.hint)

    tip = tr("Five short hints: where each step of the work begins")
    return Commands((Command("help.tour", tr("Tour"), tour.begin, tip=tip), *map(row, SCENES)))
