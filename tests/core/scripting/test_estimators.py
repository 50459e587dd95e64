"""Estimators in the manner of scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, cross_val_predict, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

import s3fn_core as s3fn
from tests.core.model.scenes import classes, some_labels, stripes, truth


def spectra(per_class: int = 40) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Spectra of the two materials of the stripes, their names, and the wavelengths."""
    cube = stripes()
    ids = truth(cube)
    rng = np.random.default_rng(0)
    chosen = np.concatenate([rng.choice(np.flatnonzero(ids.ravel() == k), per_class) for k in (1, 2)])
    names = np.array(["rising", "dipped"])[ids.ravel()[chosen] - 1]
    return cube.read().reshape(-1, cube.bands)[chosen], names, cube.wavelengths


def test_spectra_are_told_apart_fold_by_fold() -> None:
    values, names, waves = spectra()
    estimator = s3fn.SpectrumClassifier(wavelengths=waves, descriptions={"dipped": "Absorbs at 680 nm."})
    assert cross_val_score(estimator, values, names, cv=3).min() > 0.9
    out_of_fold = cross_val_predict(estimator, values, names, cv=3, method="predict_proba")
    assert out_of_fold.shape == (80, 2)
    np.testing.assert_allclose(out_of_fold.sum(1), 1, atol=1e-5)
    fitted = estimator.fit(values, names)
    assert fitted.classes_.tolist() == ["dipped", "rising"]
    assert fitted.n_features_in_ == 24
    again = clone(fitted)
    assert not hasattr(again, "classes_")
    assert again.get_params()["descriptions"] == {"dipped": "Absorbs at 680 nm."}
    np.testing.assert_array_equal(again.fit(values, names).predict(values), fitted.predict(values))


def test_a_spectrum_has_no_neighbours() -> None:
    values, names, waves = spectra()
    fitted = s3fn.SpectrumClassifier(wavelengths=waves).fit(values, names)
    together = fitted.predict_proba(values)
    order = np.random.default_rng(1).permutation(len(values))
    np.testing.assert_allclose(fitted.predict_proba(values[order]), together[order], atol=1e-5)
    np.testing.assert_allclose(fitted.predict_proba(values[:1]), together[:1], atol=1e-5)
    assert fitted.predict_proba(np.zeros((1, 24)))[0].tolist() == [0.5, 0.5]


def test_spectra_in_a_pipeline_and_a_search() -> None:
    values, names, _ = spectra(12)
    steps = make_pipeline(FunctionTransformer(np.sqrt, validate=False), s3fn.SpectrumClassifier())
    search = GridSearchCV(steps, {"spectrumclassifier__per_class": [5, 12]}, cv=2)
    assert search.fit(np.abs(values), names).best_score_ > 0.8


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"y": ["a"] * 6}, "one class only"),
        ({"X": np.full((6, 4), np.nan)}, "NaN"),
        ({"wavelengths": [400.0, 500.0]}, "2 wavelengths for 4 bands"),
    ],
)
def test_what_cannot_be_learned_from_is_named(change: dict[str, object], told: str) -> None:
    given = {"X": np.random.default_rng(0).random((6, 4)), "y": ["a", "b"] * 3, **change}
    data = {name: given.pop(name) for name in ("X", "y")}
    with pytest.raises(ValueError if told == "NaN" else s3fn.S3FNError, match=told):
        s3fn.SpectrumClassifier(**given).fit(**data)


def test_cubes_are_held_out_as_wholes() -> None:
    cubes = [stripes(seed=seed) for seed in range(3)]
    labels = [some_labels(cube, seed=number) for number, cube in enumerate(cubes)]
    estimator = s3fn.CubeClassifier(classes(), settings="quick")
    scores = cross_val_score(estimator, cubes, labels, cv=3)
    assert scores.shape == (3,)
    assert scores.min() > 0.9
    fitted = clone(estimator).fit(cubes, labels)
    maps = fitted.predict(cubes[:1])
    assert maps[0].shape == cubes[0].shape[:2]
    assert fitted.predict_proba(cubes)[2].shape == (*cubes[2].shape[:2], 2)
    unnamed = s3fn.CubeClassifier(settings="quick").fit(cubes, labels)
    assert unnamed.model_.classes.names == ("class 1", "class 2")
