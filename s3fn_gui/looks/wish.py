"""What is to be seen: the session's choices as one composite, and other choices from there."""

from __future__ import annotations

from dataclasses import replace

from s3fn_core.cubes.composite import Composite
from s3fn_gui.session import Session


def wanted(session: Session) -> Composite | None:
    """What the cube on show is to be shown as; its picture may still be in the making."""
    item, view = session.current, session.view
    if item is None:
        return None
    if view.mode == "band":
        return item.single_band(view.band, view.looks.hold)
    return item.composite


def with_channels(composite: Composite, channels: tuple[int, ...], hold: bool, kind: str = "") -> Composite:
    """Other bands in the same look; the limits are the new bands' own, unless on `hold`."""
    kind = kind or composite.kind
    same = kind == composite.kind and len(channels) == len(composite.channels)
    limits = composite.limits if hold and same else ()
    return replace(composite, kind=kind, channels=channels, limits=limits)
