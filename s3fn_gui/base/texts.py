"""Figures and lists as people say them."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from typing import Any

from s3fn_core.languages import plural, tr
from s3fn_core.quoting import per_cent


def headline(metrics: Mapping[str, Any]) -> str:
    """The one figure that counts."""
    held_out = metrics.get("held_out")
    if not held_out:
        split = str(metrics.get("split", ""))
        if split.startswith("not measured"):
            again = "projection" in split
            return tr("Retrained, not measured") if again else tr("Trained, not measured")
        return tr("Trained; too few labels to hold any out")
    share = per_cent(held_out["oa"])
    if metrics.get("test_regions"):
        return tr("{share} of the pixels in your test regions correct", share=share)
    return tr("{share} of held-out pixels correct", share=share)


def as_sentence(text: str) -> str:
    """With a capital letter and a full stop."""
    return text[:1].upper() + text[1:].rstrip(".") + "."


def time_left(seconds: float) -> str:
    """Remaining time as people say it."""
    if seconds < 2:
        return tr("almost done")
    if seconds < 90:
        return tr("{seconds:.0f} s left", seconds=seconds)
    return tr("{minutes:.0f} min left", minutes=seconds / 60)


def ago(moment: float) -> str:
    """When something was, seen from now: the hour, and how long ago."""
    seconds = max(0.0, time.time() - moment)
    clock = time.strftime("%H:%M" if seconds < 86400 else "%Y-%m-%d %H:%M", time.localtime(moment))
    if seconds < 90:
        return tr("{clock} (just now)", clock=clock)
    if seconds < 5400:
        minutes = round(seconds / 60)
        return plural("{clock} ({count} minute ago)", "{clock} ({count} minutes ago)", minutes, clock=clock)
    if seconds < 172800:
        hours = round(seconds / 3600)
        return plural("{clock} ({count} hour ago)", "{clock} ({count} hours ago)", hours, clock=clock)
    days = round(seconds / 86400)
    return plural("{clock} ({count} day ago)", "{clock} ({count} days ago)", days, clock=clock)


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
