"""Masks made, removed, kept as recipes, written to files, and used to label objects."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.treating.mask import Recipe
from s3fn_core.cubes.treating.masking import find_mask
from s3fn_core.cubes.treating.treatment import Mask
from s3fn_core.errors import CubeError, S3FNError
from s3fn_core.files import read_file, reason, whole_file
from s3fn_core.labels.exchange import write_objects
from s3fn_core.languages import plural, tr
from s3fn_core.progress import Operation, scaled
from s3fn_core.quoting import per_cent
from s3fn_core.results.export import objects_file
from s3fn_core.results.object_table import tray_of, write_objects_table
from s3fn_core.results.origin import beside, origin_of
from s3fn_gui.base.signals import follow
from s3fn_gui.base.timers import resting
from s3fn_gui.masks.correcting_flow import MaskEditFlow
from s3fn_gui.masks.labelling import label_objects
from s3fn_gui.masks.preview_flow import Base, MaskPreview
from s3fn_gui.masks.state import MASK_TOOLS, OBJECT_TOOLS, MaskState
from s3fn_gui.masks.vote_flow import MaskVote
from s3fn_gui.session.context import Context, Flow
from s3fn_gui.session.cube import OpenCube

KIND = "mask"
OBJECTS = tr("GeoTIFF (*.tif);;ENVI (*.hdr);;NumPy (*.npy)")
RECIPE = tr("Recipes of masks (*.json)")


class MaskFlow(Flow):
    """Each change of a mask is one step to undo."""

    def __init__(self, context: Context, mask: MaskState) -> None:
        super().__init__(context)
        self._state = mask
        self.preview = MaskPreview(context, mask)
        MaskEditFlow(context, mask)
        MaskVote(context, mask)
        self._waiting: OpenCube | None = None  # to be masked when its threshold is proposed
        self.preview.proposed.connect(self._proposed)
        cubes = context.session.cubes
        follow(self._put_tools_away, cubes.current_changed, cubes.treatment_changed)
        self._offering = resting(self, self._offer_recipe, 0)  # after what is said of the model itself
        follow(self._offering.start, context.session.model_changed, cubes.listed)

    def _put_tools_away(self) -> None:
        """Without a mask its tools have nothing to work on."""
        view, item = self._session.view, self._session.cubes.current
        masked = item is not None and item.treatment.mask is not None
        if not masked and view.tool in (*MASK_TOOLS, *OBJECT_TOOLS):
            view.set_tool("inspect")

    def _offer_recipe(self) -> None:
        """A cube without a mask can get the one that the model's cubes had."""
        item = self._session.cubes.current
        if item is not None and item.treatment.mask is None and self.recipe_of_model is not None:
            text = tr(
                "This model was trained on objects. Its recipe can find the objects in {name}, too.",
                name=item.cube.name,
            )
            self._session.report("info", text, action="mask.of_model")

    @property
    def recipe_of_model(self) -> Recipe | None:
        """How the objects were found that the model has learned from."""
        model = self._session.model
        return None if model is None else model.handling.recipe

    def apply_of_model(self) -> None:
        """Find the objects as those were that the model has learned from."""
        item, recipe = self._session.cubes.current, self.recipe_of_model
        if item is None or recipe is None:
            return
        try:
            if recipe.threshold is not None:
                recipe.threshold.feature.checked(item.cube)
        except S3FNError as error:
            text = tr("The model's recipe does not fit {name}: {error}", name=item.cube.name, error=error)
            self._session.report("error", text)
            return
        self._state.set_recipe(recipe)
        self.apply()

    # --- the mask ------------------------------------------------------------------------------

    def apply(self) -> None:
        """Make the mask of the whole cube."""
        item = self._session.cubes.current
        if item is None:
            return
        self._waiting = item if self.preview.is_waiting else None
        if self._waiting is not None:
            self.preview.measure()
            return
        base, recipe = self.preview.base(item), self._state.recipe

        def done(mask: Mask) -> None:
            if problem := self._stale(item, base):
                self._session.report("warning", problem)
                return
            self._put(item, mask)
            text = plural(
                "Mask of {count} object; {share} of the pixels set to 0.",
                "Mask of {count} objects; {share} of the pixels set to 0.",
                _count(mask),
                share=per_cent(float((mask.objects == 0).mean())),
            )
            self._session.report("success", text)

        title = tr("Mask of {name}", name=item.cube.name)
        self._runner.start(KIND, title, lambda: find_mask(base.cube, recipe), done)

    def _proposed(self) -> None:
        if self._waiting is not None and self._waiting is self._session.cubes.current:
            self.apply()

    def remove(self) -> None:
        """Show and use the background again."""
        item = self._session.cubes.current
        if item is not None and item.treatment.mask is not None:
            treatment = replace(item.treatment, mask=None)
            self._session.push_treatment(item, treatment, tr("Remove the mask"))

    def apply_all(self) -> None:
        """Apply the recipe to every open cube, as one step; where it does not fit, say so."""
        recipe = self._state.recipe
        wanted = [(item, Base.of(item, None)) for item in self._session.cubes.items]
        cubes = [base.cube for _, base in wanted]

        def done(found: list[Mask | CubeError]) -> None:
            masks: list[tuple[OpenCube, Mask]] = []
            problems: list[str] = []
            for (item, base), mask in zip(wanted, found, strict=True):
                if isinstance(mask, CubeError):
                    problems.append(str(mask))
                elif problem := self._stale(item, base):
                    problems.append(problem)
                else:
                    masks.append((item, mask))
            if masks:
                self._session.undo_stack.beginMacro(tr("Mask all open cubes"))
                for item, mask in masks:
                    self._put(item, mask)
                self._session.undo_stack.endMacro()
            told = plural(
                "{masked} of {count} cube masked.",
                "{masked} of {count} cubes masked.",
                len(found),
                masked=len(masks),
            )
            self._session.report("warning" if problems else "success", " ".join([told, *problems]))

        self._runner.start(KIND, tr("Masks of all open cubes"), lambda: _find_all(cubes, recipe), done)

    def _stale(self, item: OpenCube, base: Base) -> str:
        """Why a mask that was found in `base` is none of the cube any more; empty if it is."""
        if item in self._session.cubes.items and base.is_of(item):
            return ""
        return tr(
            "{name} was changed or closed in the meantime and is not masked. Apply the mask again.",
            name=item.cube.name,
        )

    def _put(self, item: OpenCube, mask: Mask) -> None:
        text = plural("Mask of {count} object", "Mask of {count} objects", _count(mask))
        self._session.push_treatment(item, replace(item.treatment, mask=mask), text)

    # --- files ---------------------------------------------------------------------------------

    def save_recipe(self) -> None:
        """Keep the recipe for other cubes of the same camera."""
        path = self._context.save_file(tr("Save mask recipe"), "mask.json", RECIPE)
        if path is None:
            return
        try:
            with whole_file(path) as temporary:
                temporary.write_text(self._state.recipe.to_json(), "utf-8")
        except OSError as error:
            text = tr("{path} cannot be written: {reason}.", path=path, reason=reason(error))
            self._session.report("error", text)
        else:
            self._session.report("success", tr("Recipe saved to {path}.", path=path))

    def load_recipe(self) -> None:
        """Take over a recipe; its preview follows."""
        path = self.ask.open_file(tr("Load mask recipe"), RECIPE)
        item = self._session.cubes.current
        if path is None:
            return
        try:
            recipe = _read_recipe(path)
            if item is not None and recipe.threshold is not None:
                recipe.threshold.feature.checked(item.cube)
        except S3FNError as error:
            self._session.report("error", f"{path.name}: {error}")
        else:
            self._state.set_recipe(recipe)

    def export(self) -> None:
        """Write the numbers of the objects, and what they are where a model has said it."""
        item = self._session.cubes.current
        mask = None if item is None else item.treatment.mask
        if item is None or mask is None:
            return
        start = f"{item.cube.name}_objects.tif"
        path = self._context.save_file(tr("Export objects"), start, OBJECTS, {".hdr": ".img"})
        if path is None:
            return
        place, judged = item.cube.georeference, self._state.judged
        stem = path.stem.removesuffix("_objects")
        table = None if judged is None else objects_file(path.parent, stem)
        if table is not None and not self._context.may_write(tr("Export objects"), [table, beside(table)]):
            return
        standing, names = self._session.standing.now, item.names_of_objects

        cube, ids, classes = item.cube, item.labels.ids.copy(), self._session.classes

        def work() -> Operation[None]:
            write_objects(mask.objects, path, place)
            if judged is not None and table is not None:
                said = judged.objects
                origin = origin_of(standing.name, judged.metrics, standing.remark)
                tray = yield from tray_of(
                    cube, mask.objects, said, judged.classes, ids, classes, origin=origin
                )
                write_objects_table([replace(tray, names=names)], table)

        if table is None:
            told = tr("Objects written to {path}.", path=path)
        else:
            told = tr("Objects written to {path}, and their classes to {name}.", path=path, name=table.name)
        self._runner.start(
            "mask export",
            tr("Writing {name}", name=path.name),
            work,
            lambda _: self._session.report("success", told),
            makes="file",
        )

    # --- objects -------------------------------------------------------------------------------

    def label_selected(self) -> None:
        """Give the selected objects the current class."""
        session, state, item = self._session, self._state, self._session.cubes.current
        target = session.current_class
        if item is not None and state.mask is not None and state.selection and target is not None:
            rows = [state.row(number) for number in state.selection]
            label_objects(session, [(item, state.mask, rows)], target.id)


def _count(mask: Mask) -> int:
    """Objects of a mask."""
    return int(mask.objects.max(initial=0))


def _find_all(cubes: list[Cube], recipe: Recipe) -> Operation[list[Mask | CubeError]]:
    """The masks of several cubes; a cube that the recipe does not fit gives its error."""
    found: list[Mask | CubeError] = []
    for done, cube in enumerate(cubes):
        try:
            part = scaled(find_mask(cube, recipe), done / len(cubes), (done + 1) / len(cubes))
            found.append((yield from part))
        except CubeError as error:
            found.append(error)
    return found


def _read_recipe(path: Path) -> Recipe:
    try:
        return Recipe.from_json(read_file(path).decode("utf-8"))
    except OSError as error:
        raise CubeError("The file cannot be read: {reason}.", reason=reason(error)) from error
    except UnicodeDecodeError as error:
        raise CubeError("This is not text, so it is not a mask recipe.") from error
