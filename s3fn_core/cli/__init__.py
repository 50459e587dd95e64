"""The command line ``s3fn``: the same pipeline as the window, in the foreground.

Exit status 0: done.  1: unexpected error, with a traceback in the log file.  2: wrong arguments or
unusable input, one line on stderr.  3: of several cubes some were done and some were not, each named
on stderr and in the summary table.  130: interrupted.

Importing it imports nothing: the commands need seconds, in which a user may lose patience.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from s3fn_core.interrupts import leaving_at_once

__all__ = ["main", "run"]


def main() -> None:
    """Entry point of the program ``s3fn``."""
    with leaving_at_once("s3fn"):
        from io import TextIOWrapper

        from s3fn_core.cli import program
        from s3fn_core.logs import start_logging
        from s3fn_core.problems.crashes import traced

        start_logging()
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):  # names of files and classes can hold anything
                stream.reconfigure(errors="backslashreplace")
        with traced():
            sys.exit(program.run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit status."""
    from s3fn_core.cli import program

    return program.run(arguments)
