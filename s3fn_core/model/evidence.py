"""What the words of a class set say of the pixels of one cube, as log-probabilities."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import softmax

from s3fn_core.cubes.cube import Cube, valid_pixels
from s3fn_core.labels.classes import ClassSet
from s3fn_core.types import FloatArray
from s3fn_core.words.expectation import Evidence, expectations

SHARPNESS = 2.0
"""Log-probability for a unit of evidence."""
DOUBT = 0.1
"""Share of pixels that even right words do not explain: mixed, shaded or mislabelled ones.

It also bounds what words can say against a class, at log(DOUBT / classes)."""
SAMPLE_LINES = 32
"""Lines of a cube that its brightness is judged by."""


@dataclass(frozen=True)
class SceneEvidence:
    """The words' opinion of the spectra of one cube, its brightness brought to theirs."""

    evidence: Evidence
    scale: float

    def __call__(self, spectra: FloatArray) -> FloatArray:
        """Log-probabilities (..., classes) of spectra (..., bands)."""
        agreement = softmax(SHARPNESS * self.evidence.of(spectra, self.scale), axis=-1)
        bounded: FloatArray = np.log((1 - DOUBT) * agreement + DOUBT / agreement.shape[-1])
        return bounded.astype(np.float32)


def scene_evidence(classes: ClassSet, cube: Cube) -> SceneEvidence | None:
    """The words' evidence on `cube`; None where there are no wavelengths or no expectations.

    The brightness is calibrated on unlabelled pixels of some lines spread over the cube.
    """
    if cube.wavelengths is None:
        return None
    evidence = Evidence.on(expectations(classes), cube.wavelengths, cube.good_bands)
    if evidence is None:
        return None
    lines = np.unique(np.linspace(0, cube.lines - 1, SAMPLE_LINES).astype(int))
    sample = np.concatenate(
        [cube.window(slice(int(line), int(line) + 1), slice(None)) for line in lines], 1
    )
    spectra = np.nan_to_num(sample[valid_pixels(sample)])
    return SceneEvidence(evidence, evidence.scale(spectra)) if len(spectra) else None
