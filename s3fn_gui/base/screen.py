"""Whether a window can be shown; Qt itself would abort the program where it cannot."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

PLATFORM = "QT_QPA_PLATFORM"
HIDDEN = ("offscreen", "minimal", "vnc")  # platforms of Qt that need no display


def has_display() -> bool:
    """Whether a window would be seen by somebody."""
    if os.environ.get(PLATFORM, "").split(":")[0] in HIDDEN:
        return False
    return not sys.platform.startswith("linux") or _wayland() or _x11()


def go_off_screen() -> None:
    """Draw where nobody sees it, without Qt's remarks on what such a window cannot do."""
    os.environ[PLATFORM] = "offscreen"
    os.environ.setdefault("QT_LOGGING_RULES", "default.warning=false")


def can_start() -> bool:
    """Whether Qt finds a display, or was told to do without."""
    return bool(os.environ.get(PLATFORM)) or has_display()


def asks_x11() -> bool:
    """Whether Qt will ask an X server, for which it needs libraries of its own."""
    chosen = os.environ.get(PLATFORM) or _wayland() or not sys.platform.startswith("linux")
    return not chosen and bool(os.environ.get("DISPLAY"))


def missing() -> str:
    """What is wrong, in one line."""
    name = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    what = f"the display {name} does not answer" if name else "there is no display (DISPLAY)"
    return f"No window can be shown: {what}. The program s3fn does the same without a window."


def _wayland() -> bool:
    name = os.environ.get("WAYLAND_DISPLAY")
    return bool(name) and (Path(os.environ.get("XDG_RUNTIME_DIR", "/")) / str(name)).exists()


def _x11() -> bool:
    """Knock as Qt will: a DISPLAY that is set may belong to a server that is gone."""
    if not os.environ.get("DISPLAY"):
        return False
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True  # Qt says itself which library is missing
    xcb.xcb_connect.restype = ctypes.c_void_p
    for function in (xcb.xcb_connection_has_error, xcb.xcb_disconnect):
        function.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(None, None)
    broken = bool(xcb.xcb_connection_has_error(connection))
    xcb.xcb_disconnect(connection)
    return not broken
