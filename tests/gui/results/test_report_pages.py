"""The pages of a PDF: what belongs together is on one, rows are whole, heads of tables are repeated."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from shutil import which

import pytest
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from s3fn_core.report import charts
from s3fn_core.results.learning_curves import LearningCurves
from s3fn_gui.results.report.pages import SMALL
from s3fn_gui.results.report.pdf import write_pdf

pytestmark = pytest.mark.skipif(which("pdftotext") is None, reason="needs pdftotext of poppler-utils")


def pages(html: str, path: Path) -> list[str]:
    """The text of each page of the PDF of some HTML."""
    write_pdf(html, path)
    text = subprocess.run(
        ["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True
    )
    return text.stdout.removesuffix("\f").split("\f")


def lines(count: int) -> str:
    return "".join(f"<p>Line {n}.</p>" for n in range(count))


def table(rows: int, words: int = 1) -> str:
    body = "".join(
        f"<tr><th>row {n} begins</th><td>{'some words ' * words} row {n} ends</td></tr>" for n in range(rows)
    )
    head = "<caption>Its caption</caption><thead><tr><th>Name</th><th>Text</th></tr></thead>"
    return f"<table>{head}<tbody>{body}</tbody></table>"


@pytest.mark.parametrize("before", range(24, 44, 2))
def test_a_heading_stays_with_what_follows(before: int, qtbot: QtBot, tmp_path: Path) -> None:
    html = f"{lines(before)}<h2>Accuracy</h2><h3>Of pixels</h3>{table(5)}<p>After.</p>"
    found = pages(html, tmp_path / "p.pdf")
    (here,) = [page for page in found if "Accuracy" in page]
    assert all(word in here for word in ("Of pixels", "Its caption", "row 0 begins", "row 4 ends"))
    (last,) = [page for page in found if "After." in page]
    assert last is found[-1]


def test_small_print_stays_with_what_it_is_about(qtbot: QtBot, tmp_path: Path) -> None:
    apart = 0
    for before in range(26, 46):
        small = f"<p style='color: {SMALL}'>Written by hand</p>"
        found = pages(f"{lines(before)}<p>The words.</p>{small}", tmp_path / "p.pdf")
        assert all(("The words." in page) == ("Written by hand" in page) for page in found)
        apart += len(found) - 1
    assert 0 < apart < 20


def test_rows_are_whole_and_every_page_has_the_head_of_the_table(qtbot: QtBot, tmp_path: Path) -> None:
    found = pages(f"<h2>Long</h2>{table(60, words=30)}", tmp_path / "p.pdf")
    assert len(found) > 3
    for page in found:
        assert re.search(r"Name +Text", page)
        begun, ended = (re.findall(rf"row (\d+) {word}", page) for word in ("begins", "ends"))
        assert begun == ended
    assert sum(len(re.findall("begins", page)) for page in found) == 60
    assert "row 0 begins" in found[0]


def test_qt_draws_the_whole_ground_of_a_chart(qtbot: QtBot) -> None:
    drawn = charts.curves(LearningCurves({"loss": [(1, 1.0), (2, 0.5)]}, [(0, "stage 1")]))
    image = QImage.fromData(drawn.encode(), "svg")
    assert (image.width(), image.height()) == (charts.WIDTH, charts.HEIGHT)
    assert image.pixelColor(charts.WIDTH - 2, charts.HEIGHT - 2) == QColor("white")
