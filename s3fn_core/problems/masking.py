"""Texts without keys, without the user's name, and without names of the user's files.

What looks as if it were one of them is masked as well: too much is better than too little.
"""

from __future__ import annotations

import getpass
import os
import platform
import re
import site
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path

import s3fn_core

KEY, NAME, FILE = "<key>", "<name>", "<file>"
SHORTEST_NAME, SHORTEST_SECRET = 3, 6
_SECRET = re.compile(r"key|token|secret|passw|credential|auth", re.IGNORECASE)
_PREFIX = r"sk|pk|rk|api|ghp|gho|ghu|ghs|ghr|github_pat|glpat|hf|xox[a-z]|gsk|AKIA|ASIA|AIza|eyJ"
_KEYS = (
    re.compile(r"(?i)\b(bearer|basic)\s+[^\s\"',;]+"),
    # A name that says so, and what it is given: in headers, settings, JSON and Python.
    re.compile(
        r"(?i)([\w-]*(?:api[_-]?key|token(?!s)|secret|passw(?:or)?d|credential|authorization)[\w-]*[\"']?\s*[:=]\s*)"
        r"(\"[^\"\n]*\"|'[^'\n]*'|[^\s,;}\])]+)"
    ),
    re.compile(r"(?i)(\bkey[\"']?\s*[:=]\s*)(\"[^\"\n]*\"|'[^'\n]*')"),
    re.compile(rf"(?<![A-Za-z0-9])(?:{_PREFIX})[-_A-Za-z0-9][-_.A-Za-z0-9]{{7,}}"),
    re.compile(
        r"(?<![A-Za-z0-9])(?!0x[0-9a-f]{1,16}\b)(?=[A-Za-z0-9+/]*[0-9])(?=[A-Za-z0-9+/]*[A-Za-z])[A-Za-z0-9+/]{16,}={0,2}"
    ),
    re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{32,}"),
)
_URL = re.compile(r"\b([a-z][a-z0-9+.-]*)://([^\s\"']*)", re.IGNORECASE)
_ENDING = r"\.\w{1,8}"
_PATH = re.compile(
    r"(?<![\w<>/\\.~:])(?:~|[A-Za-z]:)?[/\\]{1,2}(?![\s/\\*=])"  # where a path begins
    rf"(?:[^\n\"'<>|:;,]*(?P<ending>{_ENDING})(?!\w)|[^\s\"'<>|:;,)]*)"  # spaces where a file ends it
)
_DATA = (
    "hdr img bil bip bsq raw bin dat mat npy npz h5 hdf5 hdf nc tif tiff json csv txt png jpg jpeg pdf html"
)
_DATA += " geojson gpkg shp kml s3fn s3fnproj s3fnrival onnx zip xml yaml yml asc spc sli asd sig"
_ENDINGS = rf"\.({'|'.join(_DATA.split())})\b"
_FILES = (
    re.compile(rf"(?<=[\"'])[^\"'\n]+{_ENDINGS}(?=[\"'])", re.IGNORECASE),
    re.compile(rf"[^\s\"'<>|:;,(]+{_ENDINGS}", re.IGNORECASE),
)
_RECORD = re.compile(r"^\d{4}-\d\d-\d\d ")
_QUOTED = re.compile(r"[\"“][^\"”\n]+[\"”]")


class Masking:
    """Masks texts.

    Parameters
    ----------
    names : iterable of str
        Of cubes, files, folders and classes: what is known to be the user's.
    """

    def __init__(self, names: Iterable[str] = ()) -> None:
        secrets = {v for k, v in os.environ.items() if _SECRET.search(k) and len(v) >= SHORTEST_SECRET}
        self._secrets = sorted(secrets, key=len, reverse=True)
        self._code = _code_folders()
        self._homes = sorted({str(Path.home()), os.path.realpath(Path.home())}, key=len, reverse=True)
        self._names = _words({*names, *_people()})

    def __call__(self, text: str) -> str:
        """The text, masked."""
        for secret in self._secrets:
            text = text.replace(secret, KEY)
        for folder, shown in self._code:
            text = text.replace(folder, shown)
        for home in self._homes:
            if len(home) > 1:
                text = text.replace(home, "~")
        text = _URL.sub(_address, text)
        text = _PATH.sub(lambda found: FILE + (found["ending"] or ""), text)
        for pattern in _FILES:
            text = pattern.sub(lambda found: f"{FILE}.{found[1]}", text)
        for pattern in _KEYS:
            text = pattern.sub(_as_key, text)
        if self._names is not None:
            text = self._names.sub(NAME, text)
        return "".join(map(_record, text.splitlines(keepends=True)))


def _as_key(found: re.Match[str]) -> str:
    """What is masked, behind the word that says what it is."""
    if found.re.groups == 0:
        return KEY
    return found[1] + (f" {KEY}" if found.re.groups == 1 else KEY)


def _address(found: re.Match[str]) -> str:
    """Scheme and host of an address: neither who asks nor what is asked."""
    host = re.split(r"[/?#]", found[2], maxsplit=1)[0].rpartition("@")[2]
    return f"{found[1]}://{host}" + ("/…" if len(host) < len(found[2].rpartition("@")[2].rstrip("/")) else "")


def _record(line: str) -> str:
    """A line of the log quotes what the user has called something."""
    return _QUOTED.sub(f'"{NAME}"', line) if _RECORD.match(line) else line


def _code_folders() -> list[tuple[str, str]]:
    """Folders of the program and its libraries, which are nobody's secret, the innermost first."""
    paths = sysconfig.get_paths()
    found = {str(Path(s3fn_core.__file__).parents[1]): "<program>"}
    found |= dict.fromkeys((paths["purelib"], paths["platlib"], *site.getsitepackages()), "<libraries>")
    found |= dict.fromkeys((paths["stdlib"], sys.prefix, sys.base_prefix), "<python>")
    return sorted(found.items(), key=lambda pair: len(pair[0]), reverse=True)


def _people() -> set[str]:
    """The user and the computer by name."""
    try:
        user = getpass.getuser()
    except (OSError, KeyError, ImportError):  # no name on this computer
        user = ""
    return {user, Path.home().name, platform.node(), platform.node().split(".")[0]} - {"root", "localhost"}


def _words(names: set[str]) -> re.Pattern[str] | None:
    """Finds names as whole words, whatever their case."""
    known = sorted((name for name in names if len(name) >= SHORTEST_NAME), key=len, reverse=True)
    if not known:
        return None
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, known))})(?!\w)", re.IGNORECASE)
