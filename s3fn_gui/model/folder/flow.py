"""Do with other cubes what was done with the one in the window."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from s3fn_core.cubes.treating.treatment import Treatment
from s3fn_core.errors import S3FNError
from s3fn_core.languages import plural, tr
from s3fn_gui.model.folder.dialog import FolderDialog, Wish
from s3fn_gui.model.folder.state import FolderState
from s3fn_gui.model.running import run
from s3fn_gui.session.context import Context, Flow

if TYPE_CHECKING:  # what reads recipes is imported when one is needed
    from s3fn_core.batch.same import Same
    from s3fn_core.batch.task import Outcome

KIND = "folder"
DOING = tr("Mapping a folder")
RECIPES = tr("Recipes (*.yaml *.json)")


class FolderFlow(Flow):
    """Works on snapshots, so work in the window goes on."""

    def __init__(self, context: Context, state: FolderState) -> None:
        super().__init__(context)
        self._state = state

    def show(self) -> None:
        """Show the dialog, with what was done with the current cube."""
        self.ask.show_beside(
            FolderDialog, self._session, self._state, self.ask, self.start, self.stop, self.save_recipe
        )

    def start(self, wish: Wish) -> None:
        """Begin with the cubes of the folder."""
        from s3fn_core.batch.same import RECIPE, do_same

        same = self._same(wish)
        if same is None or not self._may_write(same, wish.out / RECIPE):
            return
        cubes, out, device = [wish.cubes], wish.out, self._session.train_settings.device
        self._state.begin_in(out)
        run(
            self._context,
            self._state,
            KIND,
            DOING,
            lambda: do_same(same, cubes, out, wish.workers, device),
            self._done,
            doing=DOING,
            cancelled=tr("Stopped. Finished cubes are kept and skipped when you start again."),
        )

    def stop(self) -> None:
        """Stop; results that are whole stay."""
        self._runner.cancel(KIND)

    def save_recipe(self, wish: Wish) -> None:
        """Write the recipe for the command line, or for another day."""
        from s3fn_core.batch.same import RECIPE

        same = self._same(wish)
        path = None if same is None else self.ask.save_file(tr("Save run recipe"), RECIPE, RECIPES)
        if same is None or path is None or not self._may_write(same, path, ask_always=True):
            return

        def done(_: object) -> None:
            text = tr("Recipe saved: s3fn run {path} FOLDER --out RESULTS does the same.", path=path)
            self._session.report("success", text)

        self._runner.start(
            "recipe", tr("Writing {name}", name=path.name), lambda: same.write(path), done, makes="file"
        )

    def _may_write(self, same: Same, path: Path, *, ask_always: bool = False) -> bool:
        """Whether a recipe and its files may be written; an earlier one is replaced without a question."""
        from s3fn_core.batch.recipe import read_run_recipe

        try:
            read_run_recipe(path)
        except S3FNError:
            ask_always = True
        if not ask_always:
            return True
        return self._context.may_write(DOING, [path, *same.files(path).values()])

    def _same(self, wish: Wish) -> Same | None:
        """What is to be done with every cube; None, and the reason on the message bar, if nothing."""
        from s3fn_core.batch.recipe import ExportStep
        from s3fn_core.batch.same import RECIPE, Same

        session, item = self._session, self._session.cubes.current
        if item is None:
            return None
        done = item.treatment
        treatment = Treatment(
            done.metadata if wish.metadata else None,
            done.calibration if wish.calibrate != "no" else None,
            done.mask if wish.mask else None,
        )
        model = session.model if wish.predict else None
        words = session.classes if wish.predict and model is None else None
        export = ExportStep(
            formats=wish.formats, reflectance=wish.reflectance, mask=wish.mask and wish.write_mask
        )
        same = Same(treatment, model, words, wish.calibrate == "beside", wish.judge, export)
        try:
            same.recipe(wish.out / RECIPE).check()
        except S3FNError as error:
            self._errors.show(DOING, error)
            return None
        return same

    def _done(self, outcomes: list[Outcome]) -> None:
        failed = sum(one.status == "failed" for one in outcomes)
        text = plural(
            "{done} of {count} cube done, results in {folder}.",
            "{done} of {count} cubes done, results in {folder}.",
            len(outcomes),
            done=len(outcomes) - failed,
            folder=self._state.out,
        )
        self._state.end(text)
        if failed:
            text += " " + plural(
                "{count} failed; the list says why.", "{count} failed; the list says why.", failed
            )
        self._session.report("warning" if failed else "success", text, action="model.folder")
