"""Figures and lists as people say them."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from typing import Any


def headline(metrics: Mapping[str, Any]) -> str:
    """The one figure that counts."""
    held_out = metrics.get("held_out")
    if not held_out:
        split = str(metrics.get("split", ""))
        if split.startswith("not measured"):
            return f"{'Retrained' if 'projection' in split else 'Trained'}, not measured"
        return "Trained; too few labels to hold any out"
    share = f"{100 * held_out['oa']:.1f} %"
    if metrics.get("test_regions"):
        return f"{share} of the pixels in your test regions correct"
    return f"{share} of held-out pixels correct"


def as_sentence(text: str) -> str:
    """With a capital letter and a full stop."""
    return text[:1].upper() + text[1:].rstrip(".") + "."


def time_left(seconds: float) -> str:
    """Remaining time as people say it."""
    if seconds < 2:
        return "almost done"
    if seconds < 90:
        return f"{seconds:.0f} s left"
    return f"{seconds / 60:.0f} min left"


def ago(moment: float) -> str:
    """When something was, seen from now: the hour, and how long ago."""
    seconds = max(0.0, time.time() - moment)
    clock = time.strftime("%H:%M" if seconds < 86400 else "%Y-%m-%d %H:%M", time.localtime(moment))
    if seconds < 90:
        return f"{clock} (just now)"
    if seconds < 5400:
        return f"{clock} ({seconds / 60:.0f} minutes ago)"
    if seconds < 172800:
        return f"{clock} ({seconds / 3600:.0f} hours ago)"
    return f"{clock} ({seconds / 86400:.0f} days ago)"


def plain_number(value: float) -> str:
    """A number without what conversions leave in its last digits, "" for NaN."""
    return "" if math.isnan(value) else f"{value:.10g}"


def exact_number(value: float) -> str:
    """A number with as many digits as it takes to read back the same."""
    short = plain_number(value)
    return short if float(short) == value else repr(value)


def read_number(text: str) -> float | None:
    """The number that was typed, with a point or a comma, or as a fraction; None for others."""
    above, slash, below = text.replace(",", ".").partition("/")
    try:
        value = float(above) / float(below) if slash else float(above)
    except (ValueError, ZeroDivisionError):
        return None
    return value if math.isfinite(value) else None
