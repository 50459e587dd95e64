"""A free phrase in a scene."""

from __future__ import annotations

import numpy as np
import pytest

from s3fn_core.errors import ModelError, WordsError
from s3fn_core.model.applying.features import compute_features
from s3fn_core.model.applying.probe import probe
from s3fn_core.model.applying.rescoring import Rescorer
from s3fn_core.progress import run
from tests.core.model.models import small, untrained
from tests.core.model.scenes import stripes


@pytest.mark.parametrize("name", ["pixel", "paper"])
def test_a_phrase_gives_the_cosine_of_every_pixel(name: str) -> None:
    cube = stripes(21, 23)
    model = untrained(small(name), cube)
    rescorer = Rescorer(run(compute_features(model, cube, device="cpu")))
    wet, dry = (run(probe(rescorer, model, text)).values for text in ("wet leaves", "dry sand"))
    measured = rescorer.features.measured
    assert np.isfinite(wet[measured]).all()
    assert np.isnan(wet[~measured]).all()
    assert np.abs(wet[measured]).max() <= 1 + 1e-5
    assert not np.allclose(wet[measured], dry[measured])
    both = run(probe(rescorer, model, " wet leaves ", "dry sand"))
    np.testing.assert_allclose(both.values, wet - dry, atol=1e-5)
    assert (both.phrase, both.against) == ("wet leaves", "dry sand")


def test_a_description_that_the_model_was_trained_with_is_its_class() -> None:
    """With the very words of a class, the cosine is the one that the class is scored by."""
    cube = stripes(21, 23)
    model = untrained(small("pixel"), cube)
    rescorer = Rescorer(run(compute_features(model, cube, device="cpu")))
    projection = model.network.projection
    scores = run(rescorer.along(model, projection.labels.detach().numpy()))
    found = run(probe(rescorer, model, model.classes.classes[0].text))
    np.testing.assert_allclose(found.values, scores[..., 0], atol=1e-4)


def test_nothing_is_no_phrase_and_another_network_no_view() -> None:
    cube = stripes(21, 23)
    model = untrained(small("pixel"), cube)
    rescorer = Rescorer(run(compute_features(model, cube, device="cpu")))
    with pytest.raises(WordsError, match="no text"):
        run(probe(rescorer, model, "  "))
    with pytest.raises(ModelError, match="another network"):
        run(probe(rescorer, untrained(small("pixel"), cube), "wet"))
