"""What is remembered of each tool: sizes, shape of the brush, spectral angles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, TypeVar

NumberT = TypeVar("NumberT", int, float)
MAX_BRUSH = 99
ANGLES = (0.1, 30.0)  # degrees
SUPERPIXELS = (9, 10_000)  # pixels
SIZES = MappingProxyType({"brush": 5, "eraser": 9, "mask_add": 5, "mask_cut": 5})
TOLERANCES = MappingProxyType({"fill": 4.0, "grow": 4.0})


@dataclass(frozen=True)
class ToolOptions:
    """One value for all tools.

    Attributes
    ----------
    sizes : by tool, diameter or side of its brush in pixels
    square : bool
        Brushes are square instead of round.
    tolerances : by tool, the largest spectral angle to the seed in degrees
    superpixel : int
        Pixels of a superpixel, about.
    """

    sizes: Mapping[str, int] = field(default_factory=lambda: SIZES)
    square: bool = False
    tolerances: Mapping[str, float] = field(default_factory=lambda: TOLERANCES)
    superpixel: int = 100

    def size(self, tool: str) -> int:
        """The size of a tool's brush; that of the brush itself for tools that have none."""
        return self.sizes.get(tool, self.sizes["brush"])

    def tolerance(self, tool: str) -> float:
        """The largest spectral angle in degrees."""
        return self.tolerances.get(tool, self.tolerances["fill"])

    def with_size(self, tool: str, size: int) -> ToolOptions:
        """Another size for a tool, clipped to what is possible."""
        name = tool if tool in self.sizes else "brush"
        return replace(self, sizes={**self.sizes, name: _clipped(size, (1, MAX_BRUSH))})

    def with_tolerance(self, tool: str, degrees: float) -> ToolOptions:
        """Another angle for a tool, clipped to what is possible."""
        angle = round(_clipped(degrees, ANGLES), 1)
        return replace(self, tolerances={**self.tolerances, tool: angle})

    def with_superpixel(self, size: int) -> ToolOptions:
        """Another size of superpixels, clipped to what is possible."""
        return replace(self, superpixel=_clipped(size, SUPERPIXELS))

    def stepped(self, tool: str, steps: int) -> ToolOptions:
        """What [ and ] do: one size, angle or size of superpixels smaller or larger."""
        if tool in self.tolerances:
            angle = self.tolerance(tool)
            fine = angle < 2 or (angle == 2 and steps < 0)
            return self.with_tolerance(tool, angle + steps * (0.1 if fine else 0.5))
        if tool == "superpixel":
            return self.with_superpixel(round(self.superpixel * 1.25**steps))
        size = self.size(tool)
        fine = size < 10 or (size == 10 and steps < 0)
        return self.with_size(tool, size + steps * (1 if fine else 5))

    def to_json(self) -> dict[str, Any]:
        """For the settings."""
        return {
            "sizes": dict(self.sizes),
            "square": self.square,
            "tolerances": dict(self.tolerances),
            "superpixel": self.superpixel,
        }

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> ToolOptions:
        """Raises TypeError, ValueError or AttributeError where it is not a record of options."""
        options = cls(square=bool(record.get("square", False)))
        for tool, size in record.get("sizes", {}).items():
            if tool in SIZES:
                options = options.with_size(tool, int(size))
        for tool, angle in record.get("tolerances", {}).items():
            if tool in TOLERANCES:
                options = options.with_tolerance(tool, float(angle))
        return options.with_superpixel(int(record.get("superpixel", options.superpixel)))


def _clipped(value: NumberT, limits: tuple[NumberT, NumberT]) -> NumberT:
    return min(max(value, limits[0]), limits[1])
