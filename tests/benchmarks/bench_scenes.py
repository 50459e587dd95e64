"""How hard the simulated scenes are: spectral angle, an RBF-SVM, and (with --train) ours.

Overall accuracy on all object pixels in per cent, labelled pixels included.  Spectral angle knows
the true class means; the SVM on unit-norm spectra knows 20 pixels of 4 objects a class, or 15 per
cent of each of 4 objects (what `partial_labels` gives by default and the demo uses).
"""

from __future__ import annotations

import argparse

import numpy as np
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from s3fn_core.cubes.simulate import SCENES, SimulatedScene, partial_labels, simulate

SEEDS = (0, 1, 2)
DRAWS = (0, 1, 2)


def unit(spectra: np.ndarray) -> np.ndarray:
    """Spectra scaled to length 1, shape (pixels, bands)."""
    return spectra / np.maximum(np.linalg.norm(spectra, axis=1, keepdims=True), 1e-9)


def spectral_angle(scene: SimulatedScene, spectra: np.ndarray) -> float:
    """Accuracy of the nearest true class mean by angle."""
    means = unit(np.stack([spectra[scene.truth == c].mean(0) for c in scene.classes.ids]))
    known = scene.truth > 0
    nearest = np.array(scene.classes.ids)[(unit(spectra[known]) @ means.T).argmax(1)]
    return 100 * float((nearest == scene.truth[known]).mean())


def svm(scene: SimulatedScene, spectra: np.ndarray, pixels_per_object: int | None) -> float:
    """Mean accuracy of an RBF-SVM over several draws of labels."""
    known, results = scene.truth > 0, []
    for draw in DRAWS:
        labels = partial_labels(scene, pixels_per_object=pixels_per_object, seed=draw)
        model = make_pipeline(StandardScaler(), SVC(C=100))
        model.fit(unit(spectra[labels > 0]), labels[labels > 0])
        results.append((model.predict(unit(spectra[known])) == scene.truth[known]).mean())
    return 100 * float(np.mean(results))


def ours(scene: SimulatedScene) -> float:
    """Accuracy of the pixel preset after training on the demo's labels."""
    from s3fn_core.model.applying.inference import predict
    from s3fn_core.model.config import preset
    from s3fn_core.model.dataset import LabelledCube
    from s3fn_core.model.learning.training import train
    from s3fn_core.progress import run

    data = [LabelledCube(scene.cube, partial_labels(scene))]
    result = run(train(data, scene.classes, preset("pixel")))
    known = scene.truth > 0
    ids = run(predict(result.model, scene.cube)).ids
    return 100 * float((ids[known] == scene.truth[known]).mean())


def main() -> None:
    """Print one row for each scene and seed."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--train", action="store_true", help="also train the pixel preset")
    training = arguments.parse_args().train
    print(f"{'scene':<12} {'seed':>4} {'angle':>6} {'SVM 20':>7} {'SVM 15 %':>9} {'S3FN':>6}")
    for name in SCENES:
        for seed in SEEDS:
            scene = simulate(name, seed=seed)
            spectra = scene.cube.read()
            row = f"{name:<12} {seed:>4} {spectral_angle(scene, spectra):>6.1f}"
            row += f" {svm(scene, spectra, 5):>7.1f} {svm(scene, spectra, None):>9.1f}"
            print(row + (f" {ours(scene):>6.1f}" if training else f" {'':>6}"), flush=True)


if __name__ == "__main__":
    main()
