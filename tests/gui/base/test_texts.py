"""What is said of a training."""

from __future__ import annotations

from s3fn_gui.base.texts import as_sentence, headline


def test_the_headline_says_what_was_asked() -> None:
    held_out = {"oa": 0.9123}
    assert headline({"held_out": held_out}) == "91.2 % of held-out pixels correct"
    drawn = {"held_out": held_out, "test_regions": True}
    assert headline(drawn) == "91.2 % of the pixels in your test regions correct"
    assert "too few labels" in headline({"held_out": None, "test_regions": True})


def test_a_sentence_has_a_capital_and_one_full_stop() -> None:
    assert as_sentence("cross-validation over 4 folds") == "Cross-validation over 4 folds."
    assert as_sentence("Measured.") == "Measured."
