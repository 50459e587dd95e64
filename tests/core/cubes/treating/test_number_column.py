"""Numbers that people paste."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3fn_core.cubes.treating.number_column import number_column
from s3fn_core.errors import CubeError

CENTRES = (398.25, 401.5, 405.75, 410.0, 415.5)
centres = st.lists(
    st.integers(30000, 250000).map(lambda n: n / 100), min_size=2, max_size=60, unique=True
).map(lambda values: tuple(sorted(values)))


@pytest.mark.parametrize(
    "text",
    [
        "398.25\n401.5\n405.75\n410\n415.5\n",
        "398.25, 401.5, 405.75, 410.0, 415.5",
        "wavelength = { 398.25, 401.5, 405.75,\n 410.0, 415.5 }",
        "398.25 401.5\n405.75 410.0\n415.5",
        "398,25\n401,5\n405,75\n410,0\n415,5",
        "398,25 401,5 405,75 410,0 415,5",
        "398,25;401,5;405,75;410;415,5",
        "398.25 nm\n401.5 nm\n405.75 nm\n410 nm\n415.5 nm",
        "Band\tWavelength (nm)\n1\t398,25\n2\t401,5\n3\t405,75\n4\t410\n5\t415,5",
        "Band 1,398.25\nBand 2,401.5\nBand 3,405.75\nBand 4,410.0\nBand 5,415.5",
        "1 398.25 0.31\n2 401.5 0.29\n3 405.75 0.35\n4 410.0 0.30\n5 415.5 0.31",
        "wavelength (nm),1,2\n398.25,0.1,0.2\n401.5,0.1,0.3\n405.75,0.2,0.2\n410,0.1,0.4\n415.5,0.2,0.3",
        '"398.25"\r\n"401.5"\r\n"405.75"\r\n"410"\r\n"415.5"',
    ],
)
def test_the_usual_ways_to_write_a_list(text: str) -> None:
    assert number_column(text, 5).values == CENTRES


@pytest.mark.parametrize("end", ["\n", "\t", ";", ", ", " "])
@given(values=centres, comma=st.booleans())
def test_any_separator(end: str, values: tuple[float, ...], comma: bool) -> None:
    texts = [f"{value:.2f}" for value in values]
    if comma and end != ", ":
        texts = [text.replace(".", ",") for text in texts]
    assert number_column(end.join(texts), len(values)).values == values


@given(values=centres, width=st.integers(1, 9), expected=st.integers(1, 80))
def test_a_wrapped_list_stays_whole(values: tuple[float, ...], width: int, expected: int) -> None:
    rows = [values[i : i + width] for i in range(0, len(values), width)]
    text = ",\n".join(", ".join(f"{value:.2f}" for value in row) for row in rows)
    found = number_column("{" + text + "}", len(values)).values
    assert found == values
    assert len(number_column(text, expected).values) in (expected, len(values))


@given(values=centres, seed=st.integers(0, 999))
def test_the_column_of_a_table(values: tuple[float, ...], seed: int) -> None:
    noise = np.random.default_rng(seed).normal(0, 1, len(values))
    rows = [f"{i + 1}\t{noise[i]:.4f}\t{value:.2f}" for i, value in enumerate(values)]
    assert number_column("\n".join(rows), len(values)).values in (
        values,
        tuple(float(f"{n:.4f}") for n in noise),
    )  # two or three values of noise may grow as well
    if len(values) > 12:
        assert number_column("\n".join(rows), len(values)).values == values


@given(st.text(max_size=200))
def test_any_text_gives_numbers_or_a_sentence(text: str) -> None:
    try:
        values = number_column(text, 3).values
    except CubeError:
        return
    assert values
    assert np.isfinite(values).all()


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("wavelength (µm)\n0.4\n0.5", "µm"),
        ("0.4 um\n0.5 um", "µm"),
        ("Micrometers\n0.4\n0.5", "µm"),
        ("Wavenumber (cm-1)\n4000\n4010", "cm-1"),
        ("Nanometers\n400\n410", "nm"),
        ("number\n400\n410", ""),
    ],
)
def test_units_that_are_named(text: str, unit: str) -> None:
    assert number_column(text, 2).unit == unit


def test_no_number_is_told() -> None:
    with pytest.raises(CubeError, match="no number"):
        number_column("nothing here", 4)
    with pytest.raises(CubeError, match="too long"):
        number_column("1 " * 5_000_000, 4)
