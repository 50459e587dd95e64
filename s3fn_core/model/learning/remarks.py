"""What a training tells the user besides its figures."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.ndimage import find_objects, label

from s3fn_core.cubes.treating.outlines import off_their_edges
from s3fn_core.cubes.windows import pixels_with_values
from s3fn_core.labels.classes import ClassSet
from s3fn_core.languages import plural, tr
from s3fn_core.model.checkpoint import S3FNModel
from s3fn_core.model.config import TrainConfig
from s3fn_core.model.dataset import LabelledCube, LabelledPixels
from s3fn_core.model.learned import is_masked, measured_share, size_of, spectra_of_cubes, times
from s3fn_core.model.learning.fusion import Balance
from s3fn_core.model.learning.splits import Numbers, object_maps, object_of
from s3fn_core.model.votes import VoteRule, choose_voters
from s3fn_core.quoting import named, per_cent
from s3fn_core.results.metrics import Accuracy

NEGLIGIBLE = 0.05
"""Weight of the words below which they are said to have none."""
DISTRUST = 0.1
"""Probability of being right below which the words are said to contradict the labels."""
LARGE = 12
"""Side of patches that are made to judge whole objects, at least."""


def remarks(
    classes: ClassSet, targets: Numbers, config: TrainConfig, initial: S3FNModel | None, frozen: bool
) -> tuple[str, ...]:
    """What else the user should know of the labels and words."""
    notes = []
    silent = [c.name for c in classes if not c.text.strip()]
    if silent:
        notes.append(tr("Without a description, known by name only: {names}.", names=named(silent)))
    if np.bincount(targets).max() > config.per_class:
        notes.append(
            tr(
                "At most {per_class} labelled pixels of each class are trained on.",
                per_class=config.per_class,
            )
        )
    if initial is not None and not frozen:
        notes.append(
            tr("Continued from a model that may have seen the held-out labels: the accuracy can be too high.")
        )
    return tuple(notes)


def before_training(
    labels: LabelledPixels, config: TrainConfig, initial: S3FNModel | None
) -> tuple[str, ...]:
    """What the user should know of the data before the time for a training is spent."""
    maps = [(item.cube, item.objects) for item in labels.data if item.objects is not None]
    drawn = tr(
        "{count:,} of {given:,} labelled pixels were drawn, as many of every object.",
        count=len(labels),
        given=labels.given,
    )
    return (
        *((drawn,) if labels.given else ()),
        *_of_units(labels, initial),
        *(note for cube, objects in maps for note in off_their_edges(cube, objects)),
        *_of_shared_objects(labels),
        *_of_small_objects(labels.data, config.patch, bool(maps) and config.experts.objects),
    )


def _of_small_objects(data: Sequence[LabelledCube], patch: int, learned: bool) -> tuple[str, ...]:
    """A note on objects that will have too few patches to get a class.

    Objects are those of the maps, or what the labels lie on in cubes whose background is blank; `learned`
    says whether something is learned of them as a whole.
    """
    small = every = 0
    for item in data:
        objects = _labelled_objects(item, patch)
        for number, box in enumerate(find_objects(objects), 1):
            if box is not None:
                every += 1
                voters = choose_voters(objects[box] == number, patch, VoteRule())
                small += len(voters.centres) < VoteRule().minimum
    if not small:
        return ()
    if learned:
        note = plural(
            "{count} of {objects} labelled objects is too small for patches of {patch} × {patch} pixels: "
            "only its mean, spread and texture will tell what it is. The preset pixel has smaller patches.",
            "{count} of {objects} labelled objects are too small for patches of {patch} × {patch} pixels: "
            "only their mean, spread and texture will tell what they are. The preset pixel has "
            "smaller patches.",
            small,
            objects=every,
            patch=patch,
        )
    else:
        note = plural(
            "{count} of {objects} labelled objects is too small for patches of {patch} × {patch} pixels: "
            "as a whole object it will get no class, whatever accuracy is measured. The preset pixel has "
            "smaller patches.",
            "{count} of {objects} labelled objects are too small for patches of {patch} × {patch} pixels: "
            "as whole objects they will get no class, whatever accuracy is measured. The preset pixel has "
            "smaller patches.",
            small,
            objects=every,
            patch=patch,
        )
    return (note,)


def _labelled_objects(item: LabelledCube, patch: int) -> npt.NDArray[np.int32]:
    """The objects that bear labels, numbered from 1; none where the cube is one whole."""
    objects = item.objects
    if objects is None:
        if patch < LARGE or not is_masked(measured_share(item.cube)):
            return np.zeros(item.labels.shape, np.int32)
        objects = label(pixels_with_values(item.cube), np.ones((3, 3)))[0]
    bearing = np.unique(objects[item.labels > 0])
    bearing = bearing[bearing > 0]
    place = np.searchsorted(bearing, objects)
    found = np.isin(objects, bearing)
    return np.where(found, place + 1, 0).astype(np.int32)


def _of_shared_objects(labels: LabelledPixels) -> tuple[str, ...]:
    """Notes on objects that lie in several cubes, or bear labels of several classes."""
    maps = object_maps(labels.data)
    number = object_of(labels.pixels, maps)
    on = number > 0
    cubes = np.unique(np.stack([number[on], labels.pixels[on, 0]]), axis=1)[0]
    classes = np.unique(np.stack([number[on], labels.targets[on]]), axis=1)[0]
    shared, mixed = (np.count_nonzero(np.unique(n, return_counts=True)[1] > 1) for n in (cubes, classes))
    notes = []
    if shared:
        notes.append(
            plural(
                "{count} object number occurs in several cubes and counts as one object, such as both "
                "sides of a fruit; number them apart if they are not the same.",
                "{count} object numbers occur in several cubes and count as one object each, such as both "
                "sides of a fruit; number them apart if they are not the same.",
                int(shared),
            )
        )
    if mixed:
        notes.append(
            plural(
                "{count} object bears labels of more than one class.",
                "{count} objects bear labels of more than one class.",
                int(mixed),
            )
        )
    return tuple(notes)


def _of_units(labels: LabelledPixels, initial: S3FNModel | None) -> tuple[str, ...]:
    """A note for each cube whose values are of another size than those of the first, or of a model."""
    sizes = [(item.cube.name, size_of(spectra)) for item, spectra in spectra_of_cubes(labels)]
    what, known = sizes[0]
    if initial is not None and initial.learned is not None:
        what, known = tr("the model that the training started from"), initial.learned.size
    return tuple(
        tr(
            "The values of {name} reach {size:.3g}, those of {other} {known:.3g}: {times}. A model needs "
            "values in one unit; calibrate the cubes, or state their scale factors.",
            name=name,
            size=size,
            other=what,
            known=known,
            times=found,
        )
        for name, size in sizes
        if (found := times(size, known))
    )


def what_words_did(balance: Balance, plain: Accuracy | None, measured: Accuracy | None) -> str:
    """The gain of the expected spectra, measured and never assumed."""
    if balance.trust < DISTRUST:
        return tr("The labels contradict the spectra that the descriptions expect, so these got no weight.")
    if balance.weight < NEGLIGIBLE:
        return tr(
            "The spectra that the descriptions expect do not separate the classes of this scene, so "
            "they got no weight."
        )
    if plain is None or measured is None:
        return tr(
            "The spectra that the descriptions expect have weight {weight:.1f}; what that brings could not "
            "be measured.",
            weight=balance.weight,
        )
    return tr(
        "The spectra that the descriptions expect have weight {weight:.1f}: held-out accuracy {with_them} "
        "with them, {without} without.",
        weight=balance.weight,
        with_them=per_cent(measured.oa),
        without=per_cent(plain.oa),
    )
