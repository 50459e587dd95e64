"""Which entries of a library a class may mean: by the words it shares with them, then by sense.

A class is read by its name and by the sentences of its description.  An entry whose name or synonym
stands in the class's name word for word goes first; the others follow by the cosine of the text
encoder's vectors.  Nothing here is certain: false friends ("artificial turf" is near "green grass")
lie above any threshold, so a person confirms what is proposed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from s3fn_core.checked import checked
from s3fn_core.errors import WordsError
from s3fn_core.labels.classes import LabelClass
from s3fn_core.languages import tr
from s3fn_core.progress import Operation, Progress
from s3fn_core.types import FloatArray
from s3fn_core.words.claims.closing_line import line_places
from s3fn_core.words.encoder import DEFAULT_ENCODER, encode_short
from s3fn_core.words.library.bundled import MATERIALS, MINERALS, SPECTRA, bundled
from s3fn_core.words.library.entries import Entry
from s3fn_core.words.library.fitting import Fit, Measured, fit
from s3fn_core.words.library.literal import LITERAL, folded, word_for_word
from s3fn_core.words.library.vectors import text_vectors

PROPOSED = 5
THRESHOLD = 0.6
"""Cosine below which nothing matches.  Names of our own class sets reach 0.63 to 1 at the right
entry; words for which there is none stay below 0.6 but for a few ("bread" is near "wheat")."""
BESIDE = 0.45
"""Where something matches, up to five are proposed: further ones from this cosine on."""
LATER = 0.9
"""Weight of sentences after the first: they often speak of what a class is not."""
MOST_SENTENCES = 12


@dataclass(frozen=True, eq=False)
class Proposal:
    """An entry that a class may mean.

    Attributes
    ----------
    entry : Entry
    score : float
        0 to 1; from 0.9 on the class names the entry word for word.
    words : str
        The name or synonym that matched.
    literal : bool
    fit : Fit or None
        How well the curve agrees with the class's labelled mean, where there is one.
    """

    entry: Entry
    score: float
    words: str
    literal: bool
    fit: Fit | None = None

    @property
    def matches(self) -> bool:
        """Whether it is near enough to be taken for what the class means."""
        return self.score >= THRESHOLD

    @property
    def rank(self) -> float:
        """What proposals are ordered by: the score, less what the labels say against the curve."""
        return self.score - (0.0 if self.fit is None else self.fit.penalty)


@checked(WordsError)
@dataclass(frozen=True, eq=False)
class Library:
    """Entries with the vectors of all their names.

    Attributes
    ----------
    entries : tuple of Entry
    vectors : array of float32, shape (texts, d)
        Of length 1, one for each of :func:`texts_of` the entries.
    encoder : str
    """

    entries: tuple[Entry, ...]
    vectors: FloatArray
    encoder: str = DEFAULT_ENCODER

    @cached_property
    def _names(self) -> tuple[str, ...]:
        """Every name of every entry in turn."""
        return tuple(name for entry in self.entries for name in entry.names)

    @cached_property
    def _owners(self) -> npt.NDArray[np.intp]:
        """Entry of each of :attr:`_names`."""
        return np.array([i for i, entry in enumerate(self.entries) for _ in entry.names], np.intp)

    @cached_property
    def _name_vectors(self) -> FloatArray:
        """The vector of each of :attr:`_names`."""
        place = {text: i for i, text in enumerate(texts_of(self.entries))}
        return self.vectors[[place[name] for name in self._names]]

    def propose(
        self, target: LabelClass, *, measured: Measured | None = None, count: int = PROPOSED
    ) -> tuple[Proposal, ...]:
        """Entries that a class may mean, the likeliest first; none where nothing matches.

        Materials and the user's own entries are compared by sense, minerals and other single
        spectra only word for word.

        Parameters
        ----------
        target : LabelClass
        measured : Measured, optional
            Mean of its labelled pixels: the order then also follows the agreement of the curves.
        count : int
        """
        found = _named(self.entries, target)
        scores, which = self._by_sense(target)
        scores = np.where([e.collection in (MINERALS, SPECTRA) for e in self.entries], 0, scores)
        least = BESIDE if found or scores.max() >= THRESHOLD else THRESHOLD
        for i in np.flatnonzero(scores >= least).tolist():
            if i not in found:
                found[i] = Proposal(self.entries[i], min(float(scores[i]), 1.0), which[i], literal=False)
        return _ranked(found, measured, count)

    def nearest(self, target: LabelClass, *, count: int = PROPOSED) -> tuple[Proposal, ...]:
        """The materials nearest to a class where none matches: to look at, never to take unseen."""
        scores, which = self._by_sense(target)
        order = np.argsort(-scores, kind="stable")
        near = [i for i in order.tolist() if self.entries[i].collection not in (MINERALS, SPECTRA)]
        return tuple(Proposal(self.entries[i], float(scores[i]), which[i], False) for i in near[:count])

    def search(self, text: str, count: int = 100) -> tuple[Proposal, ...]:
        """All collections by a word or phrase: entries that contain it first, then by sense."""
        if not text.strip():
            return ()
        scores, which = self._scores(encode_short([text.strip()], encoder=self.encoder))
        wanted = " ".join(folded(text))
        found = []
        for i, entry in enumerate(self.entries):
            names = (*entry.names, entry.title, entry.group)
            inside = next((name for name in names if wanted and wanted in " ".join(folded(name))), None)
            score = float(scores[0, i])
            if inside is not None:
                score = LITERAL + 0.1 * max(score, 0.0)
            if score >= THRESHOLD:
                found.append(Proposal(entry, min(score, 1.0), inside or which[0][i], inside is not None))
        return tuple(sorted(found, key=lambda one: (-one.score, _shelf(one.entry)))[:count])

    def _by_sense(self, target: LabelClass) -> tuple[FloatArray, list[str]]:
        """Best cosine (entries,) of the name and the sentences, and the name of the entry it is of."""
        read = sentences(target.text)[:MOST_SENTENCES]
        weights = np.array([1.0, *(1.0 if i == 0 else LATER for i in range(len(read)))], np.float32)
        scores, which = self._scores(encode_short([target.name, *read], encoder=self.encoder))
        weighted = scores * weights[:, None]
        best = weighted.argmax(0)
        return weighted.max(0), [which[row][i] for i, row in enumerate(best.tolist())]

    def _scores(self, asked: FloatArray) -> tuple[FloatArray, list[list[str]]]:
        """Best cosine (asked, entries) over the names of each entry, and those names."""
        cosines = asked @ self._name_vectors.T
        starts = np.flatnonzero(np.r_[True, np.diff(self._owners) > 0])
        best = np.maximum.reduceat(cosines, starts, axis=1)
        which = []
        for row, top in zip(cosines, best, strict=True):
            hit = np.flatnonzero(row == top[self._owners])
            first = hit[np.r_[True, np.diff(self._owners[hit]) > 0]]
            which.append([self._names[i] for i in first.tolist()])
        return best.astype(np.float32), which


def named(
    entries: Sequence[Entry], target: LabelClass, *, measured: Measured | None = None, count: int = PROPOSED
) -> tuple[Proposal, ...]:
    """Those of :meth:`Library.propose` that the class's name holds word for word: no encoder is asked."""
    return _ranked(_named(entries, target), measured, count)


def _named(entries: Sequence[Entry], target: LabelClass) -> dict[int, Proposal]:
    found = word_for_word(entries, target.name)
    return {i: Proposal(entries[i], score, words, literal=True) for i, (score, words) in found.items()}


def _ranked(found: dict[int, Proposal], measured: Measured | None, count: int) -> tuple[Proposal, ...]:
    """The first of them, with the agreement of the curves where labels are known."""
    if measured is not None:
        found = {i: replace(one, fit=fit(one.entry, measured)) for i, one in found.items()}
    ranked = sorted(found.items(), key=lambda item: (-item[1].rank, _shelf(item[1].entry), item[0]))
    return tuple(one for _, one in ranked[:count])


def texts_of(entries: Sequence[Entry]) -> list[str]:
    """All different names of entries, in their order."""
    return list(dict.fromkeys(name for entry in entries for name in entry.names))


@checked(WordsError)
def open_library(own: Sequence[Entry] = (), *, encoder: str = DEFAULT_ENCODER) -> Operation[Library]:
    """The bundled library and the user's own entries, ready to be asked.

    Parameters
    ----------
    own : sequence of Entry
    encoder : str

    Raises
    ------
    WordsError
        When the encoder or the library cannot be read.
    """
    yield Progress("library", 0.0, tr("Opening the library of materials"))
    shipped = bundled()
    vectors = yield from text_vectors(texts_of(shipped), encoder=encoder)
    known = set(texts_of(shipped))
    entries = (*shipped, *own)
    fresh = [text for text in texts_of(own) if text not in known]
    if fresh:
        more = yield from text_vectors(fresh, encoder=encoder)
        vectors = np.concatenate([vectors, more])
    return Library(entries, vectors, encoder)


def sentences(text: str) -> list[str]:
    """The sentences of a description, without closing lines of expected reflectance."""
    for start, stop in reversed(line_places(text)):
        text = text[:start] + text[stop:]
    parts = (part.strip() for part in re.split(r"(?<=[.!?])\s+|\n+", text))
    return [part for part in parts if re.search(r"[^\W\d_]{3}", part)]


def _shelf(entry: Entry) -> int:
    """Materials, then the user's own, then minerals, then other single spectra."""
    return {MATERIALS: 0, MINERALS: 2, SPECTRA: 3}.get(entry.collection, 1)
