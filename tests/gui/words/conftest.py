"""What these tests share."""

import pytest

from tests.gui.support import Hands


@pytest.fixture
def hands(hands: Hands) -> Hands:
    """With the panels for descriptions open."""
    hands.trigger("workspace.describe")
    return hands
