"""The program s3fn-gui."""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from s3fn_core.interrupts import leaving_at_once

if TYPE_CHECKING:
    from s3fn_gui.shell.window import MainWindow


TICK_MS = 200


def main(arguments: Sequence[str] | None = None) -> int:
    """Open the window; the exit status."""
    with leaving_at_once("s3fn-gui"):  # what is not saved is offered at the next start
        return _main(sys.argv[1:] if arguments is None else arguments)


def _main(arguments: Sequence[str]) -> int:
    from s3fn_core.logs import start_logging
    from s3fn_gui.base.system_libraries import advice

    options = parse(arguments)
    try:
        from PySide6.QtCore import QTimer  # these imports take a while
        from PySide6.QtWidgets import QApplication

        from s3fn_gui.base.language import use_language

        use_language()  # modules hold texts
        from s3fn_core.problems.crashes import trace_crashes
        from s3fn_gui.base.screen import asks_x11, can_start, missing
        from s3fn_gui.shell.window import make_window
    except ImportError as error:
        if not (needed := advice(window=True)):
            raise
        print(f"s3fn-gui: {error}. {needed}", file=sys.stderr)
        return 2
    start_logging()
    if options.self_test:
        from s3fn_gui.shell.self_test import run_self_test

        return run_self_test()
    if options.demo:
        from s3fn_gui.shell.demo import run_demo

        return run_demo()
    if not can_start():
        print(f"s3fn-gui: {missing()}", file=sys.stderr)
        return 2
    if asks_x11() and (needed := advice(window=True)):  # Qt would name the first library only, and abort
        print(f"s3fn-gui: {needed}", file=sys.stderr)
    crashed = trace_crashes()
    gc.disable()  # nothing that is loaded is garbage; the window collects what comes later
    window = make_window(filled=False)
    paths = [Path(name) for name in options.files]
    if options.project is not None:
        paths.insert(0, Path(options.project))
    window.painted.connect(lambda: complete(window, paths, crashed))
    window.show()
    ticking = QTimer(window)  # Python hears of Ctrl-C only while it runs
    ticking.timeout.connect(lambda: None)
    ticking.start(TICK_MS)
    return QApplication.exec()


def complete(window: MainWindow, paths: Sequence[Path], crashed: bool) -> None:
    """Fill the window, and begin."""
    from s3fn_gui.base.garbage import keep_loaded

    window.fill()
    window.errors.install()
    keep_loaded()
    begin(window, paths)
    if crashed:
        window.flows.problems.offer()


def begin(window: MainWindow, paths: Sequence[Path]) -> None:
    """Open what was asked for; what a crash left is offered, though not in the way of a file."""
    safety, project = window.flows.autosave, window.flows.project
    window.flows.opening.open_any(paths)
    if paths:
        safety.mention()
    else:
        safety.offer(project.restored)
        window.tour.offer()


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="s3fn-gui", description="Label, describe, train and map hyperspectral cubes."
    )
    parser.add_argument("files", nargs="*", metavar="FILE", help="cubes, models or projects")
    parser.add_argument("--project", metavar="DIR", help="open this project")
    parser.add_argument("--demo", action="store_true", help="run the demonstration")
    parser.add_argument("--self-test", action="store_true", help="check this installation off screen")
    return parser.parse_args(list(arguments))


if __name__ == "__main__":
    sys.exit(main())
