"""The likeliest classes under the cursor, and who speaks for them once it rests."""

from __future__ import annotations

from dataclasses import replace

from s3fn_core.results.ensemble import MemberAnswer
from s3fn_core.results.map_filter import MapFilter
from tests.gui.picture.test_map_look import SPECK, UNSURE, current, mapped
from tests.gui.support import Hands

__all__ = ["mapped"]
FAR = (28, 38)


def lines(hands: Hands) -> list[str]:
    return hands.window.cube_view.pixel_card.lines


def speak(hands: Hands, *answers: MemberAnswer) -> None:
    found = current(hands).prediction
    assert found is not None
    spoken = replace(found, member_answers=lambda position: answers if position == UNSURE else ())
    hands.session.cubes.set_prediction(current(hands).key, spoken)


def test_the_best_three_with_their_probabilities(mapped: Hands) -> None:
    card = mapped.window.cube_view.pixel_card
    assert not card.isVisible()
    mapped.move(*UNSURE)
    assert card.isVisible()
    assert lines(mapped) == ["50 %  fall", "45 %  flat", "5 %  rise"]
    mapped.session.cubes.hover(None)
    assert not card.isVisible()
    mapped.trigger("view.map_pixel")
    mapped.move(*FAR)
    assert not card.isVisible()


def test_once_the_cursor_rests_it_is_told_what_each_member_answers(mapped: Hands) -> None:
    fall, flat = mapped.session.classes.ids[1:]
    speak(
        mapped,
        MemberAnswer("Spectra", fall, 0.71),
        MemberAnswer("Words", flat, 0.6),
        MemberAnswer("Ensemble", flat, 0.52),
    )
    mapped.move(*UNSURE)
    mapped.until(lambda: len(lines(mapped)) == 6)
    assert lines(mapped)[3:] == [
        "Spectra: fall 71 %",
        "Words: flat 60 %",
        "Without its neighbours: flat 52 %",
    ]
    mapped.move(*FAR)
    assert not [line for line in lines(mapped) if ":" in line]


def test_a_filter_that_draws_another_class_is_told(mapped: Hands) -> None:
    mapped.session.view.set_map_look(calm=MapFilter(smallest=4))
    mapped.until(lambda: mapped.session.view.calmed is not None)
    mapped.move(*SPECK)
    assert lines(mapped)[-1] == "Shown after filtering: rise"


def test_nothing_is_told_while_the_map_is_hidden_or_must_not_be_known(mapped: Hands) -> None:
    card = mapped.window.cube_view.pixel_card
    mapped.move(*FAR)
    assert card.isVisible()
    mapped.session.view.set_blind(True)
    assert not card.isVisible()
    mapped.session.view.set_blind(False)
    assert card.isVisible()


def test_the_card_makes_way_for_the_cursor(mapped: Hands) -> None:
    view = mapped.window.cube_view
    mapped.move(*FAR)
    place, frame = view.pixel_card.pos(), view.pixel_card.boundingRect()
    inside = view.box.mapToView(place + frame.center())
    line, sample = int(inside.y()), int(inside.x())
    if (line, sample) != (0, 0) and current(mapped).contains((line, sample)):
        mapped.session.cubes.hover((line, sample))
        assert view.pixel_card.pos() != place
