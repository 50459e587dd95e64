"""What looks a spectrum up in a worker."""

from __future__ import annotations

from s3fn_core.words.library.bundled import bundled
from s3fn_core.words.library.identifying import Match, identify
from s3fn_gui.spectra.identify.state import Question

COUNT = 100
"""Rows of the list; nobody reads more."""


def answer(question: Question) -> tuple[Match, ...]:
    """The entries that a spectrum is most like.

    Raises
    ------
    WordsError
        When the library cannot be read, or nothing can be compared.
    """
    one = question.subject
    return identify(
        one.values,
        one.wavelengths,
        one.good_bands,
        (*bundled(), *question.own),
        range_nm=question.range_nm,
        by=question.by,
        collections=[question.collection] if question.collection else None,
        count=COUNT,
    )
