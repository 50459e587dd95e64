"""What each object of a map is, as the list of objects shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3fn_core.results.voting import UNKNOWN, UNKNOWN_COLOR
from s3fn_gui.masks.reasons import reason

if TYPE_CHECKING:  # importing it would import torch
    from s3fn_core.model.applying.objects import ObjectPrediction

NONE = "–"


class ObjectClasses:
    """Name, colour and reason of the class of every object, by number."""

    def __init__(self, judged: ObjectPrediction, colours: dict[int, str]) -> None:
        self._by_number = {one.number: one for one in judged.objects}
        self._colours = {c.id: c.color for c in judged.classes} | colours

    def name(self, number: int) -> str:
        """Its class, "unknown" for what is unlike anything labelled, a dash where it has none."""
        one = self._by_number.get(number)
        if one is None or not (one.class_id or one.shown_unknown):
            return NONE
        return UNKNOWN if one.shown_unknown else one.class_name

    def colour(self, number: int) -> str | None:
        """That of its class; None where it has none."""
        one = self._by_number.get(number)
        if one is None:
            return None
        return UNKNOWN_COLOR if one.shown_unknown else self._colours.get(one.class_id)

    def reason(self, number: int) -> str:
        """In one sentence why it is of that class."""
        return reason(self._by_number.get(number))

    @property
    def summary(self) -> str:
        """How many are unknown or were not judged; "" for none."""
        objects = self._by_number.values()
        counts = (
            (sum(one.shown_unknown for one in objects), "unknown"),
            (sum(not (one.class_id or one.shown_unknown) for one in objects), "too small to be judged"),
        )
        return ", ".join(f"{count:,} {what}" for count, what in counts if count)
