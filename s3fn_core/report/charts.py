"""Small charts as SVG text: curves of a training, a reliability diagram."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from html import escape

from s3fn_core.languages import tr
from s3fn_core.results.figures import ReliabilityBin
from s3fn_core.results.learning_curves import MEASURES, LearningCurves

WIDTH, HEIGHT = 560, 240
LEFT, RIGHT, TOP, BOTTOM = 56, 24, 16, 44
BLUE, ORANGE = "#0072b2", "#d55e00"
"""Of Okabe and Ito."""
INK, LINE = "#333333", "#cccccc"
TICKS = 5
Point = tuple[float, float]


class Chart:
    """Axes of a plot area, and what is drawn in it."""

    def __init__(
        self,
        x: Point,
        y: Point,
        titles: tuple[str, str],
        width: int = WIDTH,
        height: int = HEIGHT,
        right: float = RIGHT,
        upright: str = INK,
    ):
        """`x` and `y` are (lowest, highest) of the axes, `upright` is the colour of the second.

        `right` is the margin on that side.
        """
        self._upright = upright
        self._x, self._y, self._width, self._height, self._right = x, y, width, height, right
        self._parts: list[str] = []
        self._axes(titles)

    def at(self, x: float, y: float) -> Point:
        """Where a value lies, in pixels."""
        across = (x - self._x[0]) / (self._x[1] - self._x[0])
        up = (y - self._y[0]) / (self._y[1] - self._y[0])
        return (
            LEFT + across * (self._width - LEFT - self._right),
            self._height - BOTTOM - up * (self._height - TOP - BOTTOM),
        )

    def right_axis(self, top: float, title: str, color: str) -> Callable[[Point], Point]:
        """A second axis 0..`top` on the right; gives what places its values on the first one."""
        low, high = self._y

        def placed(point: Point) -> Point:
            return point[0], low + point[1] / top * (high - low)

        for value in ticks(0, top):
            x, y = self.at(self._x[1], placed((0, value))[1])
            self.text(x + 6, y + 4, f"{value:g}", color=color)
        self._turned(self._width - 10, title, color)
        return placed

    def line(self, points: Sequence[Point], color: str, dashed: bool = False) -> None:
        places = " ".join(f"{x:.1f},{y:.1f}" for x, y in (self.at(*point) for point in points))
        dash = ' stroke-dasharray="5 4"' if dashed else ""
        self._parts.append(
            f'<polyline points="{places}" fill="none" stroke="{color}" stroke-width="1.6" '
            f'stroke-linejoin="round"{dash}/>'
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
        ground = f'<rect width="{self._width}" height="{self._height}" fill="#ffffff"/>'  # Qt knows no "100%"
        return f"{head}{ground}{''.join(self._parts)}</svg>"

    def _axes(self, titles: tuple[str, str]) -> None:
        for value in ticks(*self._y):
            (left, y), (right, _) = self.at(self._x[0], value), self.at(self._x[1], value)
            self._parts.append(f'<path d="M{left:.1f} {y:.1f}H{right:.1f}" stroke="{LINE}"/>')
            self.text(left - 6, y + 4, f"{value:g}", "end", self._upright)
        for value in ticks(*self._x):
            x, bottom = self.at(value, self._y[0])
            self.text(x, bottom + 15, f"{value:g}", "middle")
        middle = (LEFT + self._width - self._right) / 2
        self.text(middle, self._height - 10, titles[0], "middle")
        self._turned(12, titles[1], self._upright)

    def _turned(self, x: float, title: str, color: str) -> None:
        """The title of an upright axis."""
        y = (TOP + self._height - BOTTOM) / 2
        turned = f'transform="rotate(-90 {x:.1f} {y:.1f})"'
        self._parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="middle" fill="{color}" {turned}>'
            f"{escape(title)}</text>"
        )


def ticks(low: float, high: float) -> list[float]:
    """Round values between two, some :data:`TICKS` of them."""
    step = 10 ** math.floor(math.log10((high - low) / TICKS))
    step *= next(times for times in (1, 2, 5, 10) if (high - low) / (step * times) <= TICKS)
    first = math.ceil(low / step - 1e-9)
    return [round(k * step, 12) for k in range(first, math.floor(high / step + 1e-9) + 1)]


def curves(learned: LearningCurves) -> str:
    """Loss and accuracy of a training over its epochs, and where its stages begin; "" without any.

    Dashed where they are of pixels that were set aside.
    """
    drawn = {name: learned.curves[name] for name in MEASURES if len(learned.curves.get(name, ())) > 1}
    losses = [value for name, points in drawn.items() if "loss" in name for _, value in points]
    if not losses:
        return ""
    last = max(place for points in drawn.values() for place, _ in points)
    low, high = min(0.0, *losses), 1.05 * max(losses)
    chart = Chart(
        (0, last), (low, high if high > low else low + 1), (tr("epoch"), tr("loss")), right=LEFT, upright=BLUE
    )
    accuracy = chart.right_axis(1.0, tr("accuracy"), ORANGE)
    for place, name in learned.stages:
        x, _ = chart.at(place, low)
        chart.line([(place, low), (place, high)], LINE)
        chart.text(x, TOP - 2, name)
    for name, points in drawn.items():
        of_loss, aside = "loss" in name, name.startswith("val")
        shown = points if of_loss else list(map(accuracy, points))
        chart.line(shown, BLUE if of_loss else ORANGE, dashed=aside)
    return chart.svg()


def reliability(bins: Sequence[ReliabilityBin]) -> str:
    """How sure the model was, and how often right; the area of a dot is its share of the pixels."""
    filled = [one for one in bins if one.count]
    if not filled:
        return ""
    chart = Chart((0, 100), (0, 100), (tr("mean confidence, %"), tr("correct, %")), 320, 300)
    chart.line([(0, 0), (100, 100)], LINE, dashed=True)
    points = [(100 * one.confidence, 100 * one.accuracy) for one in filled]
    chart.line(points, BLUE)
    most = max(one.count for one in filled)
    for one, point in zip(filled, points, strict=True):
        chart.dot(point, 2.5 + 6 * math.sqrt(one.count / most), BLUE)
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
    x_title = tr("band") if wavelengths is None else tr("wavelength, nm")
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
