"""Write docs/python.ipynb from docs/python.md: the same texts and code, cell by cell."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PAGE, NOTEBOOK = HERE / "python.md", HERE / "python.ipynb"
_CODE = re.compile(r"^```python\n(.*?)^```\n", re.DOTALL | re.MULTILINE)


def cells(page: str) -> list[tuple[str, str]]:
    """Kind ("markdown" or "code") and text of each part of a page, in order."""
    parts = _CODE.split(page)  # text, code, text, code ... text
    kinds = ("code" if number % 2 else "markdown" for number in range(len(parts)))
    return [(kind, part.strip()) for kind, part in zip(kinds, parts, strict=True) if part.strip()]


def notebook(page: str) -> dict[str, Any]:
    """The page as a notebook (format 4.5)."""
    return {
        "cells": [_cell(number, kind, text) for number, (kind, text) in enumerate(cells(page))],
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _cell(number: int, kind: str, text: str) -> dict[str, Any]:
    ran = {"execution_count": None, "outputs": []} if kind == "code" else {}
    source = text.splitlines(keepends=True)
    return {"cell_type": kind, "id": f"cell-{number}", "metadata": {}, "source": source, **ran}


if __name__ == "__main__":
    text = json.dumps(notebook(PAGE.read_text("utf-8")), indent=1, ensure_ascii=False)
    NOTEBOOK.write_text(text + "\n", "utf-8")
