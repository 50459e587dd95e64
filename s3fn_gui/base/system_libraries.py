"""What Qt and rasterio need of a Linux system, and the Debian packages of what it lacks.

``python3 system_libraries.py`` prints those that every run needs, one a line; with ``--window`` also
those of a window on a real display; with ``--all`` both, whether this Linux has them or not.  It runs
before anything is installed.  The list was read off the libraries themselves with ``objdump -p``.
"""

from __future__ import annotations

import ctypes
import pathlib
import sys

ALWAYS = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libexpat.so.1": "libexpat1",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libzstd.so.1": "libzstd1",
}
WINDOW = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-glx.so.0": "libxcb-glx0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")


def missing(libraries: dict[str, str]) -> list[str]:
    """Packages of the libraries that the loader does not find."""
    packages = []
    for library, package in libraries.items():
        try:
            ctypes.CDLL(library)
        except OSError:
            packages.append(package)
    return packages


def has_font() -> bool:
    """Whether there is any font to draw text with."""
    folders = (pathlib.Path(folder).expanduser() for folder in FONT_FOLDERS)
    return any(next(folder.rglob("*.[ot]t[fc]"), None) for folder in folders)


def lacking(*, window: bool) -> list[str]:
    """Packages to install; with `window` also those that only a real display needs."""
    packages = missing(ALWAYS) + ([] if has_font() else ["fonts-dejavu-core"])
    return packages + (missing(WINDOW) if window else [])


def advice(*, window: bool) -> str:
    """How to install what is missing, in one line; empty where nothing is, or where this is no Linux."""
    packages = lacking(window=window) if sys.platform.startswith("linux") else []
    command = f"On Debian and Ubuntu: sudo apt-get install {' '.join(packages)}"
    return f"System libraries are missing. {command}" if packages else ""


if __name__ == "__main__":
    if "--all" in sys.argv:
        print(*sorted({*ALWAYS.values(), *WINDOW.values()}), "fonts-dejavu-core", sep="\n")
        sys.exit()
    for package in lacking(window="--window" in sys.argv):
        print(package)
