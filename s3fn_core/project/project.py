"""The project folder: project.json, labels/*.tif, treatments/*.npz, models/*.s3fn, results/, and
test_regions/*.tif where there are any.

A save can break off at any moment and leaves either the old project or the new one: label maps and
treatments are written under names made from their content, never over a file that project.json
refers to; project.json takes its place last; only then are files removed that nothing refers to.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from os import PathLike
from pathlib import Path
from typing import Any

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.treating.treatment import Treatment, read_treatment
from s3fn_core.errors import CubeError, LabelError, ProjectError
from s3fn_core.files import json_text, reason, remove_unfinished, whole_file
from s3fn_core.labels.classes import ClassSet
from s3fn_core.labels.exchange import read_labels
from s3fn_core.project.content import SUFFIX, VERSION, plain_name, read_content
from s3fn_core.project.entry import CubeEntry, Scene, key_of
from s3fn_core.project.store import prune, store_labels, store_test_regions, store_treatment
from s3fn_core.types import BoolArray, IdArray

SAVED = "project.json"
AUTOSAVED = "autosave.json"


class Project:
    """Cubes, classes, labels, models and settings that belong together.

    Attributes
    ----------
    folder : Path
    cubes : list of CubeEntry
    classes : ClassSet
    labels : dict of entry id to array of uint8, shape (lines, samples)
    treatments : dict of entry id to Treatment
        What was made of a cube's file; a cube without one is what its file says.
    test_regions : dict of entry id to array of bool, shape (lines, samples)
        Pixels that mark the regions of the labels which are held out from training.
    models : list of Path
        A model outside of the folder is copied into ``models/`` by a save.
    settings : dict
        Anything that JSON can hold; never a secret.
    notes : list of str
        What could not be loaded, for the user; filled by :meth:`load`.
    """

    def __init__(self, folder: str | PathLike[str]) -> None:
        self.folder = Path(os.path.abspath(folder))  # noqa: PTH100 (resolve would follow links)
        self.cubes: list[CubeEntry] = []
        self.classes = ClassSet()
        self.labels: dict[str, IdArray] = {}
        self.treatments: dict[str, Treatment] = {}
        self.test_regions: dict[str, BoolArray] = {}
        self.models: list[Path] = []
        self.settings: dict[str, Any] = {}
        self.notes: list[str] = []
        # Files that could not be read, by entry id, and where they are: a save keeps them.
        self._unread_in = self.folder
        self._unread: dict[str, dict[str, str]] = {"labels": {}, "treatments": {}, "test_regions": {}}

    # -- the user's verbs ---------------------------------------------------------------------

    @classmethod
    def create(cls, folder: str | PathLike[str]) -> Project:
        """Make a new project in `folder`, which must be empty or not exist yet.

        Raises
        ------
        ProjectError
            When the folder holds files, or cannot be made.
        """
        project = cls(folder)
        project.refuse_to_replace()
        project.save()
        return project

    def refuse_to_replace(self) -> None:
        """Raise ProjectError when the folder is taken already."""
        if self.folder.is_file() or (self.folder.is_dir() and any(self.folder.iterdir())):
            what = "holds a project" if (self.folder / SAVED).exists() else "is not empty"
            raise ProjectError(
                f"{self.folder} {what} already; open it, or choose another name for the new one."
            )

    @classmethod
    def load(cls, folder: str | PathLike[str], *, autosaved: bool = False) -> Project:
        """Open a project; what is missing among its files is told in :attr:`notes`.

        Parameters
        ----------
        folder : path
            The project's folder (its project.json will do).
        autosaved : bool
            Take the last autosave instead of the last save.

        Raises
        ------
        ProjectError
            When there is no project, or project.json is malformed or of another version.
        """
        path = Path(folder)
        project = cls(path.parent if path.name in (SAVED, AUTOSAVED) else path)
        content = read_content(project.folder / (AUTOSAVED if autosaved else SAVED))
        project._fill(content)
        return project

    def save(self) -> None:
        """Write the project; an autosave is no longer needed then.

        Raises
        ------
        ProjectError
            When something cannot be written; the last save is untouched then.
        """
        self._write(SAVED)
        self.discard_autosave()
        self._prune()

    def autosave(self) -> None:
        """Write the present state beside the last save, which stays as it is."""
        self._write(AUTOSAVED)
        self._prune()

    @property
    def has_autosave(self) -> bool:
        """Whether work was autosaved that was never saved."""
        return self.autosaved_at is not None

    @property
    def autosaved_at(self) -> float | None:
        """When work was autosaved that was never saved, in seconds of the system's clock."""
        try:
            return (self.folder / AUTOSAVED).stat().st_mtime
        except OSError:
            return None

    def discard_autosave(self) -> None:
        """The last save is what counts."""
        (self.folder / AUTOSAVED).unlink(missing_ok=True)

    def copy(self, folder: str | PathLike[str] | None = None) -> Project:
        """The same project, for changes and saves of its own; in another `folder` if wanted.

        Its first save elsewhere takes models and files that could not be read along.
        """
        other = Project(folder or self.folder)
        other.cubes, other.classes = list(self.cubes), self.classes
        other.labels, other.treatments = dict(self.labels), dict(self.treatments)
        other.test_regions = dict(self.test_regions)
        other.settings, other.models = dict(self.settings), list(self.models)
        other._unread = {kind: dict(files) for kind, files in self._unread.items()}
        other._unread_in = self._unread_in
        return other

    def keeps_unread(self, kind: str, entry_id: str) -> bool:
        """Whether a file of a cube ("labels", "treatments", "test_regions") could not be read."""
        return entry_id in self._unread[kind]

    def give_up_unread(self, kind: str, entry_id: str) -> None:
        """Something new takes the place of a file that could not be read."""
        self._unread[kind].pop(entry_id, None)

    # -- contents -----------------------------------------------------------------------------

    @property
    def name(self) -> str:
        return self.folder.name.removesuffix(SUFFIX)

    @property
    def labels_folder(self) -> Path:
        return self.folder / "labels"

    @property
    def treatments_folder(self) -> Path:
        return self.folder / "treatments"

    @property
    def test_regions_folder(self) -> Path:
        return self.folder / "test_regions"

    @property
    def models_folder(self) -> Path:
        return self.folder / "models"

    @property
    def results_folder(self) -> Path:
        return self.folder / "results"

    @property
    def missing(self) -> list[CubeEntry]:
        """Cubes whose file is not where it was."""
        return [entry for entry in self.cubes if entry.state == "missing"]

    def add_cube(self, cube: Cube, *, scene: Scene | None = None, variable: str | None = None) -> CubeEntry:
        """Append an entry for an open cube, under a new id."""
        taken = {entry.id for entry in self.cubes} | set(self.labels) | set(self.treatments)
        number = next(n for n in range(1, len(taken) + 2) if f"cube-{n}" not in taken)
        entry = CubeEntry.of(cube, f"cube-{number}", scene=scene, variable=variable)
        self.cubes.append(entry)
        return entry

    def entry_of(self, cube: Cube, *, scene: Scene | None = None, variable: str | None = None) -> CubeEntry:
        """The entry of an open cube, renewed, or a new one."""
        key = key_of(cube.path, cube.name, variable)
        for place, known in enumerate(self.cubes):
            if known.key == key:
                entry = CubeEntry.of(cube, known.id, scene=known.scene or scene, variable=variable)
                self.cubes[place] = entry
                return entry
        return self.add_cube(cube, scene=scene, variable=variable)

    def relink(self, moved: Iterable[CubeEntry]) -> None:
        """Entries that were found elsewhere (``entry.moved_to``) take the old ones' places."""
        found = {entry.id: entry for entry in moved}
        self.cubes = [found.get(entry.id, entry) for entry in self.cubes]

    # -- writing ------------------------------------------------------------------------------

    def _write(self, file_name: str) -> None:
        try:
            for folder in (self.labels_folder, self.models_folder, self.results_folder):
                folder.mkdir(parents=True, exist_ok=True)
            self._adopt_unread()
            labels = {
                key: store_labels(self.labels_folder, key, ids, self.classes)
                for key, ids in self.labels.items()
            }
            treatments = {
                key: store_treatment(self.treatments_folder, key, value)
                for key, value in self.treatments.items()
                if not value.is_empty
            }
            test_regions = {
                key: store_test_regions(self.test_regions_folder, key, marked)
                for key, marked in self.test_regions.items()
                if marked.any()
            }
            content = {
                "version": VERSION,
                "cubes": [entry.to_json(self.folder) for entry in self.cubes],
                "classes": self.classes.to_json(),
                "labels": self._unread["labels"] | labels,
                "treatments": self._unread["treatments"] | treatments,
                "test_regions": self._unread["test_regions"] | test_regions,
                "models": self._adopt_models(),
                "settings": self.settings,
            }
            with whole_file(self.folder / file_name) as temporary:
                temporary.write_text(json_text(content), "utf-8")
        except OSError as error:
            raise ProjectError(
                f"The project cannot be saved to {self.folder}: {reason(error)}. Make room or "
                "choose another folder."
            ) from error
        except LabelError as error:
            raise ProjectError(
                f"The project cannot be saved: {error} The last save is as it was; make room or "
                "choose another folder."
            ) from error
        except (TypeError, ValueError) as error:
            raise ProjectError(
                f"The project's settings hold what JSON cannot ({error}); they were not saved."
            ) from error

    def _adopt_unread(self) -> None:
        """Copy files that could not be read from the folder that they were in."""
        for kind, files in self._unread.items():
            for name in files.values():
                source, target = self._unread_in / kind / name, self.folder / kind / name
                if source.is_file() and not target.exists():
                    target.parent.mkdir(parents=True, exist_ok=True)
                    with whole_file(target) as temporary:
                        shutil.copyfile(source, temporary)
        self._unread_in = self.folder

    def _adopt_models(self) -> list[str]:
        """Copy models from elsewhere into the folder; gives all names."""
        for index, model in enumerate(self.models):
            if Path(os.path.abspath(model)).parent != self.models_folder:  # noqa: PTH100
                target = _free_name(self.models_folder / model.name)
                with whole_file(target) as temporary:
                    shutil.copyfile(model, temporary)
                self.models[index] = target
        return [model.name for model in self.models]

    def _prune(self) -> None:
        """Remove label maps and treatments that neither the save nor the autosave refers to."""
        saved = [
            read_content(self.folder / name) for name in (SAVED, AUTOSAVED) if (self.folder / name).is_file()
        ]
        remove_unfinished(self.folder)
        for kind in self._unread:
            used = {name for content in saved for name in content[kind].values()}
            prune(self.folder / kind, used)
        prune(self.models_folder, {name for content in saved for name in content["models"]})

    # -- reading ------------------------------------------------------------------------------

    def _fill(self, content: dict[str, Any]) -> None:
        """Take over the checked content of a project.json."""
        where = self.folder / SAVED
        try:
            self.cubes = [CubeEntry.from_json(record, self.folder) for record in content["cubes"]]
            self.classes = ClassSet.from_json(content["classes"])
            label_files = {str(key): plain_name(name) for key, name in content["labels"].items()}
            treatment_files = {str(key): plain_name(name) for key, name in content["treatments"].items()}
            test_files = {str(key): plain_name(name) for key, name in content["test_regions"].items()}
            models = [plain_name(name) for name in content["models"]]
            self.settings = dict(content["settings"])
            if len({entry.id for entry in self.cubes}) < len(self.cubes):
                raise ValueError("two cubes share an id")
        except (AttributeError, KeyError, TypeError, ValueError, LabelError) as error:
            what = f"{error} is missing" if isinstance(error, KeyError) else str(error)
            raise ProjectError(f"{where} is malformed: {what}. Restore the file from a backup.") from error
        for key, name in label_files.items():
            try:
                self.labels[key] = read_labels(self.labels_folder / name)
            except LabelError as error:
                self._unread["labels"][key] = name
                self.notes.append(f"The labels of {key} could not be loaded: {error}")
        for key, name in test_files.items():
            try:
                self.test_regions[key] = read_labels(self.test_regions_folder / name) > 0
            except LabelError as error:
                self._unread["test_regions"][key] = name
                self.notes.append(f"The test regions of {key} could not be loaded: {error}")
        for key, name in treatment_files.items():
            try:
                self.treatments[key] = read_treatment(self.treatments_folder / name)
            except CubeError as error:
                self._unread["treatments"][key] = name
                self.notes.append(f"The treatment of {key} could not be loaded: {error}")
        for name in models:
            if (self.models_folder / name).is_file():
                self.models.append(self.models_folder / name)
            else:
                self.notes.append(f"The model {name} is missing from {self.models_folder}.")
        for entry in self.missing:
            self.notes.append(f"The cube {entry.name} is missing: {entry.path} is not there.")


def _free_name(path: Path) -> Path:
    """`path`, or with a number when that name is taken."""
    numbered = (path.with_stem(f"{path.stem}-{n}") for n in range(2, 10_000))
    return next(p for p in (path, *numbered) if not p.exists())
