from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from s3fn_core.labels.classes import ClassSet, Description
from s3fn_core.words.noise import bare_classes, noisy, noisy_classes, shuffled_classes


def described(count: int) -> ClassSet:
    made = ClassSet()
    for k in range(1, count + 1):
        made = made.added(f"class {k}").changed(k, descriptions=(Description(f"text {k} " * 30),))
    return made


@given(count=st.integers(2, 9), seed=st.integers(0, 99))
def test_no_class_keeps_its_own_description_and_none_is_lost(count: int, seed: int) -> None:
    before = described(count)
    after = shuffled_classes(before, seed)
    assert after.names == before.names
    assert all(a.text != b.text for a, b in zip(after, before, strict=True))
    assert sorted(c.text for c in after) == sorted(c.text for c in before)


@given(text=st.text(" ab\n", min_size=1), rate=st.floats(0, 1), seed=st.integers(0, 99))
def test_noise_adds_no_word_and_leaves_one_at_least(text: str, rate: float, seed: int) -> None:
    words = noisy(text, rate, np.random.default_rng(seed)).split()
    assert len(words) >= min(1, len(text.split()))
    assert all(words.count(w) <= text.split().count(w) for w in words)


def test_the_more_noise_the_fewer_words_stay_in_place() -> None:
    text = " ".join(map(str, range(400)))
    assert noisy(text, 0.0, np.random.default_rng(0)) == text
    for rate in (0.1, 0.3, 0.6):
        kept = noisy(text, rate, np.random.default_rng(0)).split()
        assert abs(len(kept) - 400 * (1 - rate / 2)) < 30
        in_order = np.mean(np.diff([int(w) for w in kept]) > 0)
        assert in_order < 1


def test_the_same_seed_makes_the_same_noise() -> None:
    first, again, other = (noisy_classes(described(3), 0.3, seed) for seed in (1, 1, 2))
    assert first == again
    assert first != other
    assert not any(c.text for c in bare_classes(first))
