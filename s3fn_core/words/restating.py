"""Changing the spectrum that a description expects, by changing its words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from s3fn_core.labels.classes import Description
from s3fn_core.words.claims import Level, expected_line, parse_claims
from s3fn_core.words.claims.closing_line import line_places
from s3fn_core.words.expectation import expected_spectrum, knot_places

SAME_NM = 0.05
"""Wavelengths are written to a tenth of a nm."""


@dataclass(frozen=True)
class _Line:
    """A closing line of a paragraph, and what it states; places count from its start."""

    start: int
    text: str
    levels: tuple[Level, ...]

    @property
    def stop(self) -> int:
        return self.start + len(self.text)

    @property
    def knots(self) -> dict[float, float]:
        return {nm: level.reflectance for level in self.levels for nm in knot_places(level)}


def move_knot(descriptions: Sequence[Description], nm: float, reflectance: float) -> tuple[Description, ...]:
    """Descriptions that expect another reflectance at a knot of their spectrum.

    Every closing line that states this wavelength follows; where none does, the last one gets it,
    and where there is no line, the last paragraph gets one with the whole spectrum.  Locked
    paragraphs stay: what they state is outweighed by the others as far as that is possible.  A
    paragraph that is changed becomes the user's.

    Parameters
    ----------
    descriptions : sequence of Description
    nm : float
        Wavelength of the knot, as ``Expectation.wavelengths`` gives it.
    reflectance : float
        Fraction; cut to 0..1 and written to 0.1 %.
    """
    open_ = [i for i, d in enumerate(descriptions) if not d.locked]
    if not open_:
        return tuple(descriptions)
    lines = {i: _lines(d.text) for i, d in enumerate(descriptions)}
    stating = [i for i in open_ if any(_states(line, nm) for line in lines[i])]
    fixed = [
        line.knots[_key(line, nm)]
        for i, d in enumerate(descriptions)
        if d.locked
        for line in lines[i]
        if _states(line, nm)
    ]
    number = max(1, sum(_states(line, nm) for i in stating for line in lines[i]))
    wanted = (reflectance * (number + len(fixed)) - sum(fixed)) / number
    wanted = round(min(max(wanted, 0.0), 1.0), 3)
    texts = [d.text for d in descriptions]
    if stating:
        for i in stating:
            texts[i] = _restated(texts[i], lines[i], nm, wanted)
    elif any(lines[i] for i in open_):
        last = [i for i in open_ if lines[i]][-1]
        line = lines[last][-1]
        changed = _with_knot(line, nm, wanted)
        texts[last] = texts[last][: line.start] + changed + texts[last][line.stop :]
    else:
        texts[open_[-1]] = _with_new_line(texts[open_[-1]], descriptions, nm, wanted)
    return tuple(
        d if text == d.text else Description.now(text) for d, text in zip(descriptions, texts, strict=True)
    )


def _lines(text: str) -> list[_Line]:
    """The closing lines of a paragraph that state something."""
    found = [_line(text, start, stop) for start, stop in line_places(text)]
    return [line for line in found if line.levels]


def _line(text: str, start: int, stop: int) -> _Line:
    stated = [c for c in parse_claims(text[start:stop]) if isinstance(c, Level) and c.stated]
    return _Line(start, text[start:stop], tuple(stated))


def _key(line: _Line, nm: float) -> float:
    """The knot of a line at a wavelength."""
    return min(line.knots, key=lambda knot: abs(knot - nm))


def _states(line: _Line, nm: float) -> bool:
    return abs(_key(line, nm) - nm) <= SAME_NM


def _restated(text: str, lines: Sequence[_Line], nm: float, reflectance: float) -> str:
    """A paragraph all of whose lines state another reflectance at `nm`."""
    for line in reversed(lines):
        if _states(line, nm):
            text = text[: line.start] + _with_item(line, nm, reflectance) + text[line.stop :]
    return text


def _with_item(line: _Line, nm: float, reflectance: float) -> str:
    """Exchange one item of a line, or write the whole line where it has no plain item for it."""
    whole = _with_knot(line, _key(line, nm), reflectance)
    here = [level for level in line.levels if abs(level.low_nm - nm) <= SAME_NM]
    if len(here) != 1 or here[0].low_nm != here[0].high_nm:
        return whole
    (level,) = here
    item = expected_line([(level.low_nm, reflectance)]).split(": ", 1)[1].rstrip(".")
    plain = line.text[: level.start] + item + line.text[level.stop :]
    return plain if _stated(plain) == _stated(whole) else whole


def _with_knot(line: _Line, nm: float, reflectance: float) -> str:
    """A rewritten line, with a reflectance changed or added."""
    return expected_line(sorted((line.knots | {nm: reflectance}).items()))


def _with_new_line(text: str, descriptions: Sequence[Description], nm: float, reflectance: float) -> str:
    """A paragraph that ends with the whole spectrum of a description without closing line."""
    claims = parse_claims("\n\n".join(d.text for d in descriptions))
    expected = expected_spectrum(claims)
    knots = dict(expected.knots if expected is not None else ()) | {nm: reflectance}
    return f"{text.rstrip()} {expected_line(sorted(knots.items()))}".lstrip()


def _stated(text: str) -> list[tuple[float, float]]:
    return [
        (nm, level.reflectance)
        for level in parse_claims(text)
        if isinstance(level, Level) and level.stated
        for nm in knot_places(level)
    ]
