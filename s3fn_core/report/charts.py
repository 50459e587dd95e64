"""Small charts as SVG text: curves of a training, a reliability diagram."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape

from s3fn_core.results.figures import ReliabilityBin

WIDTH, HEIGHT = 560, 240
LEFT, RIGHT, TOP, BOTTOM = 56, 24, 12, 44
COLORS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
"""Of Okabe and Ito."""
INK, LINE = "#333333", "#cccccc"
TICKS = 5
Point = tuple[float, float]


class Chart:
    """Axes of a plot area, and what is drawn in it."""

    def __init__(self, x: Point, y: Point, titles: tuple[str, str], width: int = WIDTH, height: int = HEIGHT):
        """`x` and `y` are (lowest, highest) of the axes."""
        self._x, self._y, self._width, self._height = x, y, width, height
        self._parts: list[str] = []
        self._axes(titles)

    def at(self, x: float, y: float) -> Point:
        """Where a value lies, in pixels."""
        across = (x - self._x[0]) / (self._x[1] - self._x[0])
        up = (y - self._y[0]) / (self._y[1] - self._y[0])
        return (
            LEFT + across * (self._width - LEFT - RIGHT),
            self._height - BOTTOM - up * (self._height - TOP - BOTTOM),
        )

    def line(self, points: Sequence[Point], color: str, dashed: bool = False) -> None:
        places = " ".join(f"{x:.1f},{y:.1f}" for x, y in (self.at(*point) for point in points))
        dash = ' stroke-dasharray="5 4"' if dashed else ""
        self._parts.append(
            f'<polyline points="{places}" fill="none" stroke="{color}" stroke-width="1.6"{dash}/>'
        )

    def dot(self, point: Point, radius: float, color: str) -> None:
        x, y = self.at(*point)
        self._parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{color}"/>')

    def text(self, x: float, y: float, text: str, anchor: str = "start", color: str = INK) -> None:
        """At a place in pixels."""
        self._parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{color}">{escape(text)}</text>'
        )

    def svg(self) -> str:
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self._width}" height="{self._height}" '
            'font-family="sans-serif" font-size="11">'
        )
        return f'{head}<rect width="100%" height="100%" fill="#ffffff"/>{"".join(self._parts)}</svg>'

    def _axes(self, titles: tuple[str, str]) -> None:
        for value in ticks(*self._y):
            (left, y), (right, _) = self.at(self._x[0], value), self.at(self._x[1], value)
            self._parts.append(f'<path d="M{left:.1f} {y:.1f}H{right:.1f}" stroke="{LINE}"/>')
            self.text(left - 6, y + 4, f"{value:g}", "end")
        for value in ticks(*self._x):
            x, bottom = self.at(value, self._y[0])
            self.text(x, bottom + 15, f"{value:g}", "middle")
        middle = (LEFT + self._width - RIGHT) / 2
        self.text(middle, self._height - 10, titles[0], "middle")
        x, y = 12, (TOP + self._height - BOTTOM) / 2
        turned = f'transform="rotate(-90 {x} {y:.1f})"'
        self._parts.append(
            f'<text x="{x}" y="{y:.1f}" text-anchor="middle" fill="{INK}" {turned}>{escape(titles[1])}</text>'
        )


def ticks(low: float, high: float) -> list[float]:
    """Round values between two, some :data:`TICKS` of them."""
    step = 10 ** math.floor(math.log10((high - low) / TICKS))
    step *= next(times for times in (1, 2, 5, 10) if (high - low) / (step * times) <= TICKS)
    first = math.ceil(low / step - 1e-9)
    return [round(k * step, 12) for k in range(first, math.floor(high / step + 1e-9) + 1)]


def curves(named: Mapping[str, Sequence[Point]], stages: Sequence[tuple[int, str]]) -> str:
    """Curves of a training over its steps, and where its stages begin; "" without any."""
    drawn = {name: points for name, points in named.items() if len(points) > 1}
    values = [value for points in drawn.values() for _, value in points]
    if not values:
        return ""
    last = max(place for points in drawn.values() for place, _ in points)
    high = max(values)
    chart = Chart((0, max(last, 1)), (min(0, *values), high if high > 0 else 1), ("step", "value"))
    for place, name in stages:
        x, _ = chart.at(place, 0)
        chart.line([(place, 0), (place, high)], LINE, dashed=True)
        chart.text(x + 4, TOP + 10, name)
    for number, (name, points) in enumerate(drawn.items()):
        color = COLORS[number % len(COLORS)]
        chart.line(points, color)
        chart.text(WIDTH - RIGHT - 4, TOP + 26 + 14 * number, name, "end", color)
    return chart.svg()


def reliability(bins: Sequence[ReliabilityBin]) -> str:
    """How sure the model was, and how often right; the area of a dot is its share of the pixels."""
    filled = [one for one in bins if one.count]
    if not filled:
        return ""
    chart = Chart((0, 100), (0, 100), ("mean confidence, %", "right, %"), 320, 300)
    chart.line([(0, 0), (100, 100)], LINE, dashed=True)
    points = [(100 * one.confidence, 100 * one.accuracy) for one in filled]
    chart.line(points, COLORS[0])
    most = max(one.count for one in filled)
    for one, point in zip(filled, points, strict=True):
        chart.dot(point, 2.5 + 6 * math.sqrt(one.count / most), COLORS[0])
    return chart.svg()


def spectra(
    wavelengths: Sequence[float] | None, named: Sequence[tuple[str, str, Sequence[float]]], title: str
) -> str:
    """Spectra as (name, colour, values), one value for each wavelength or band."""
    xs = list(wavelengths) if wavelengths is not None else list(range(1, 1 + len(named[0][2])))
    known = [v for *_, values in named for v in values if math.isfinite(v)]
    if len(xs) < 2 or not known:
        return ""
    low, high = min(0.0, *known), max(known)
    x_title = "band" if wavelengths is None else "wavelength, nm"
    chart = Chart((min(xs), max(xs)), (low, high if high > low else low + 1), (x_title, title), 640, 300)
    for _, color, values in named:
        for run in _runs(sorted(zip(xs, values, strict=True))):
            chart.line(run, color)
    return chart.svg()


def _runs(points: Sequence[Point]) -> list[list[Point]]:
    """Stretches without missing values."""
    found: list[list[Point]] = [[]]
    for point in points:
        if math.isfinite(point[1]):
            found[-1].append(point)
        elif found[-1]:
            found.append([])
    return [run for run in found if len(run) > 1]
