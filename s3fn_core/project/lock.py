"""Who works on a project: a lock file with its owner, so that two windows do not overwrite it."""

from __future__ import annotations

import getpass
import json
import os
import socket
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from s3fn_core.errors import ProjectError
from s3fn_core.files import reason, require_file
from s3fn_core.languages import tr

FILE = "project.lock"
_LARGEST = 4096  # bytes of a lock file
_LARGEST_PID = 2**31 - 1
_END_OF_TIME = 1e11  # seconds: the year 5138
_MOST_SKEW = 86400.0  # seconds by which the clock of another computer may be ahead
SILENT_AFTER = 300.0  # seconds without a sign of life after which an owner elsewhere is given up


@dataclass(frozen=True)
class Owner:
    """Who holds a project.

    Attributes
    ----------
    user, host : str
    pid : int
        Of the process on that host.
    since : float
        Time of the lock, in seconds of the system's clock.
    """

    user: str
    host: str
    pid: int
    since: float

    @classmethod
    def here(cls) -> Owner:
        """This process, now."""
        try:
            user = getpass.getuser()
        except (KeyError, OSError):  # a user id without a name, as in some containers
            user = "somebody"
        return cls(user, socket.gethostname(), os.getpid(), time.time())

    def __str__(self) -> str:
        minutes = (time.time() - self.since) / 60
        who = {"user": self.user, "host": self.host, "process": self.pid}
        if minutes < 1:
            return tr("{user} on {host} (process {process}) since a moment ago", **who)
        if minutes < 90:
            return tr("{user} on {host} (process {process}) for {minutes:.0f} min", **who, minutes=minutes)
        return tr("{user} on {host} (process {process}) for {hours:.0f} h", **who, hours=minutes / 60)

    @property
    def is_me(self) -> bool:
        return (self.host, self.pid) == (socket.gethostname(), os.getpid())


class Lock:
    """Holds a project while it is open; :func:`acquire` makes it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._path = folder / FILE

    @property
    def is_mine(self) -> bool:
        """False when somebody has taken it over, say while this computer slept."""
        owner = _read(self._path)
        return owner is not None and owner.is_me

    def refresh(self) -> None:
        """Give a sign of life; owners on other machines cannot be asked whether they live."""
        if not self.is_mine:
            return
        try:
            os.utime(self._path)
        except OSError:
            return  # the folder is gone or read-only; the next save tells of it

    def release(self) -> None:
        """Let the project go, unless somebody else has taken it over."""
        if self.is_mine:
            try:
                self._path.unlink(missing_ok=True)
            except OSError:
                return  # it goes stale with this process


def acquire(folder: Path, *, alive: Callable[[int], bool] | None = None) -> Lock | Owner:
    """Take a project, or learn who holds it.

    A lock is taken over when its process has ended, or when its owner on another machine has given
    no sign of life for five minutes.

    Raises
    ------
    ProjectError
        When the folder cannot be written to.
    """
    path = folder / FILE
    for _ in range(2):
        try:
            with path.open("x", encoding="utf-8") as file:
                json.dump(asdict(Owner.here()), file)
            return Lock(folder)
        except FileExistsError:
            owner = _read(path)
            if owner is not None and not owner.is_me and _holds(owner, path, alive or _runs):
                return owner
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                raise ProjectError(
                    "{path} is in the way and cannot be removed: {reason}. Remove it.",
                    path=path,
                    reason=reason(error),
                ) from error
        except OSError as error:
            raise ProjectError(
                "{folder} cannot be written to: {reason}. The project opens read-only; "
                "save it to another folder to keep changes.",
                folder=folder,
                reason=reason(error),
            ) from error
    return _read(path) or Owner(tr("somebody"), tr("another machine"), 0, time.time())


def _read(path: Path) -> Owner | None:
    """The owner, None where the file is missing or no lock of ours."""
    try:
        require_file(path)
        with path.open("rb") as file:
            record = json.loads(file.read(_LARGEST))
        owner = Owner(str(record["user"]), str(record["host"]), int(record["pid"]), float(record["since"]))
    except (OSError, ArithmeticError, KeyError, TypeError, ValueError, RecursionError):
        return None
    plausible = 0 < owner.pid <= _LARGEST_PID and 0 <= owner.since < _END_OF_TIME
    return owner if plausible and f"{owner.user}{owner.host}".isprintable() else None


def _holds(owner: Owner, path: Path, alive: Callable[[int], bool]) -> bool:
    if owner.host == socket.gethostname():
        return alive(owner.pid)
    try:
        return -_MOST_SKEW < time.time() - path.stat().st_mtime < SILENT_AFTER
    except OSError:
        return False


def _runs(pid: int) -> bool:
    """Whether a process of this machine is running."""
    if os.name == "nt":  # os.kill would end it there
        return _runs_on_windows(pid)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # another user's
    return True


def _runs_on_windows(pid: int) -> bool:
    import ctypes

    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009 (exists on Windows only)
    process = kernel.OpenProcess(0x00100000, False, pid)  # SYNCHRONIZE
    if not process:
        return False
    waits = kernel.WaitForSingleObject(process, 0) == 0x102  # WAIT_TIMEOUT: it still runs
    kernel.CloseHandle(process)
    return bool(waits)
