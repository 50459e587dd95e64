"""The scene with labels of its own."""

from __future__ import annotations

import pytest

from s3fn_gui.session import class_edits
from tests.gui.labels.files.material import paint
from tests.gui.support import Hands


@pytest.fixture
def labelled(hands: Hands) -> Hands:
    """The scene with two classes, of which soil is painted."""
    hands.open_scene()
    for name in ("soil", "water"):
        class_edits.add_class(hands.session, name)
    paint(hands, 1, slice(0, 10))
    return hands
