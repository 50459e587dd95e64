"""The project folder: project.json, labels/*.tif, treatments/*.npz, models/*.s3fn, results/, and
test_regions/*.tif where there are any.

A save can break off at any moment and leaves either the old project or the new one: label maps and
treatments are written under names made from their content, never over a file that project.json
refers to; project.json takes its place last; only then are files removed that nothing refers to.  A
save that fails leaves nothing behind, and of several programs one saves at a time.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from os import PathLike
from pathlib import Path
from typing import Any, TypeVar

from s3fn_core.checked import checked
from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.treating.treatment import Treatment
from s3fn_core.errors import CubeError, LabelError, ProjectError
from s3fn_core.files import json_text, reason, remove_unfinished, whole_file
from s3fn_core.labels.classes import ClassSet
from s3fn_core.languages import tr
from s3fn_core.project.content import SUFFIX, VERSION, check_place, plain_name, read_content, sealed
from s3fn_core.project.entry import CubeEntry, Scene, key_of
from s3fn_core.project.parts import check_parts
from s3fn_core.project.saves import AUTOSAVED, SAVED, note_save, note_saves, referred_to, unseen_names
from s3fn_core.project.store import (
    Store,
    problem_of_model,
    prune,
    stored_labels,
    stored_test_regions,
    stored_treatment,
)
from s3fn_core.project.turns import turn
from s3fn_core.types import BoolArray, IdArray

LABELS, TREATMENTS, TEST_REGIONS, MODELS = "labels", "treatments", "test_regions", "models"
_TRIES = 5
_T = TypeVar("_T")


@checked(ProjectError)
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
        self._store = Store(self.folder)
        self._unread_in = self.folder
        self._unread: dict[str, dict[str, str]] = {LABELS: {}, TREATMENTS: {}, TEST_REGIONS: {}}

    # -- the user's verbs ---------------------------------------------------------------------

    @classmethod
    @checked(ProjectError)
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
        check_place(self.folder)
        if self.folder.is_file() or (self.folder.is_dir() and any(self.folder.iterdir())):
            if (self.folder / SAVED).exists():
                raise ProjectError(
                    "{folder} holds a project already; open it, or choose another name for the new one.",
                    folder=self.folder,
                )
            raise ProjectError(
                "{folder} is not empty; choose another name for the new project.", folder=self.folder
            )

    @classmethod
    @checked(ProjectError)
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
        folder = path.parent if path.name in (SAVED, AUTOSAVED) else path
        check_place(folder)
        with turn(folder, reading=True) as alone:
            for _ in range(1 if alone else _TRIES):  # somebody may save while the files are read
                project = cls(folder)
                file = project.folder / (AUTOSAVED if autosaved else SAVED)
                content = read_content(file)
                project._fill(content)
                if not project.notes or read_content(file) == content:
                    break
            note_saves(project.folder)
        return project

    def save(self) -> None:
        """Write the project; an autosave is no longer needed then.

        Raises
        ------
        ProjectError
            When something cannot be written; the last save is untouched then.
        """
        self._write(SAVED)

    def autosave(self) -> None:
        """Write the present state beside the last save, which stays as it is."""
        self._write(AUTOSAVED)

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
        return self.folder / LABELS

    @property
    def treatments_folder(self) -> Path:
        return self.folder / TREATMENTS

    @property
    def test_regions_folder(self) -> Path:
        return self.folder / TEST_REGIONS

    @property
    def models_folder(self) -> Path:
        return self.folder / MODELS

    @property
    def results_folder(self) -> Path:
        return self.folder / "results"

    @property
    def missing(self) -> list[CubeEntry]:
        """Cubes whose file is not where it was."""
        return [entry for entry in self.cubes if entry.state == "missing"]

    @checked(ProjectError)
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

    def store_model(self, write: Callable[[Path], object], suffix: str = ".s3fn") -> Path:
        """Let `write` make a file for :attr:`models`; it goes again when the save fails."""
        return self._store.file(MODELS, "model", suffix, write)

    def undo_store(self) -> None:
        """Remove what was stored for a save that failed or will not come."""
        self._store.undo(referred_to(self.folder))

    def _write(self, file_name: str) -> None:
        """Write everything, `file_name` last, and remove what nothing refers to any more."""
        check_parts(self.cubes, self.classes, self.labels, self.treatments, self.test_regions, self.models)
        try:
            self._store.make(LABELS)
            with turn(self.folder) as alone:
                try:
                    self._write_in_turn(file_name, alone)
                finally:  # still in turn: others may refer to these files by the next moment
                    self.undo_store()
        except OSError as error:
            raise ProjectError(
                "The project cannot be saved to {folder}: {error}. Make room or choose another folder.",
                folder=self.folder,
                error=reason(error),
            ) from error
        except LabelError as error:
            raise ProjectError(
                "The project cannot be saved: {error} The last save is as it was; make room or choose "
                "another folder.",
                error=error,
            ) from error
        except (TypeError, ValueError) as error:
            raise ProjectError(
                "The project's settings hold what JSON cannot ({error}); they were not saved.", error=error
            ) from error

    def _write_in_turn(self, file_name: str, alone: bool) -> None:
        others = unseen_names(self.folder)
        content, models = self._write_files()
        text = json_text(sealed(content))
        with whole_file(self.folder / file_name) as temporary:
            temporary.write_text(text, "utf-8")
        note_save(text.encode())
        self.models, self._unread_in = models, self.folder
        self._store.settle()
        if file_name == SAVED:
            self.discard_autosave()
        self._prune(others, alone)

    def _write_files(self) -> tuple[dict[str, Any], list[Path]]:
        """Write all but project.json; gives its content, and the models as they lie in the folder."""
        for kind in (MODELS, "results"):
            if not (self.folder / kind).exists():
                self._store.make(kind)
        self._adopt_unread()
        store = self._store
        labels = {key: store.labels(LABELS, key, ids, self.classes) for key, ids in self.labels.items()}
        treatments = {
            key: store.treatment(TREATMENTS, key, value)
            for key, value in self.treatments.items()
            if not value.is_empty
        }
        test_regions = {
            key: store.test_regions(TEST_REGIONS, key, marked)
            for key, marked in self.test_regions.items()
            if marked.any()
        }
        models = [self._store.adopted(model, MODELS) for model in self.models]
        content = {
            "version": VERSION,
            "cubes": [entry.to_json(self.folder) for entry in self.cubes],
            "classes": self.classes.to_json(),
            "labels": self._unread[LABELS] | labels,
            "treatments": self._unread[TREATMENTS] | treatments,
            "test_regions": self._unread[TEST_REGIONS] | test_regions,
            "models": [model.name for model in models],
            "settings": self.settings,
        }
        return content, models

    def _adopt_unread(self) -> None:
        """Copy files that could not be read from the folder that they were in."""
        for kind, files in self._unread.items():
            for name in files.values():
                source, target = self._unread_in / kind / name, self.folder / kind / name
                if source.is_file() and not source.is_symlink() and not target.exists():
                    self._store.copy(source, kind, name)

    def _prune(self, others: set[str], alone: bool) -> None:
        """Remove label maps, treatments and models that neither the save nor the autosave refers to."""
        remove_unfinished(self.folder)
        used = referred_to(self.folder)
        if used is None:
            return
        for kind in self._unread:
            prune(self.folder / kind, used | others, alone=alone)
        prune(self.models_folder, used | others, alone=False)  # models are written before one's turn

    # -- reading ------------------------------------------------------------------------------

    def _fill(self, content: dict[str, Any]) -> None:
        """Take over the checked content of a project.json."""
        try:
            self.cubes = [CubeEntry.from_json(record, self.folder) for record in content["cubes"]]
            self.classes = ClassSet.from_json(content["classes"])
            label_files, treatment_files, test_files = (
                {plain_name(key): plain_name(name) for key, name in content[kind].items()}
                for kind in (LABELS, TREATMENTS, TEST_REGIONS)
            )
            models = [plain_name(name) for name in content["models"]]
            self.settings = dict(content["settings"])
            if len({entry.id for entry in self.cubes}) < len(self.cubes):
                raise ValueError(tr("two cubes share an id"))
        except (AttributeError, KeyError, TypeError, ValueError, LabelError) as error:
            what = tr("{name} is missing", name=error) if isinstance(error, KeyError) else str(error)
            raise ProjectError(
                "{path} is malformed: {reason}. Restore the file from a backup.",
                path=self.folder / SAVED,
                reason=what,
            ) from error
        labels, regions, treatments = (
            tr("The labels of a cube could not be loaded"),
            tr("The test regions of a cube could not be loaded"),
            tr("The treatment of a cube could not be loaded"),
        )
        self._load(LABELS, labels, label_files, self.labels, lambda path: stored_labels(path, self.classes))
        self._load(TEST_REGIONS, regions, test_files, self.test_regions, stored_test_regions)
        self._load(TREATMENTS, treatments, treatment_files, self.treatments, stored_treatment)
        for name in models:
            if (problem := problem_of_model(self.models_folder / name)) is None:
                self.models.append(self.models_folder / name)
            else:
                self.notes.append(problem)
        for entry in self.missing:
            self.notes.append(
                tr("The cube {name} is missing: {path} is not there.", name=entry.name, path=entry.path)
            )
        self.notes += content["notes"]

    def _load(
        self, kind: str, lost: str, files: Mapping[str, str], known: dict[str, _T], read: Callable[[Path], _T]
    ) -> None:
        """Read the files of a kind by entry id; one that is `lost` is noted, and kept as it is."""
        for key, name in files.items():
            try:
                known[key] = read(self.folder / kind / name)
            except (CubeError, LabelError) as error:
                self._unread[kind][key] = name
                self.notes.append(f"{lost}: {error}")
