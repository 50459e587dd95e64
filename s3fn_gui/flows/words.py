"""Letting a language model describe the selected class."""

from __future__ import annotations

from s3fn_core.labels.classes import Description, LabelClass
from s3fn_core.progress import Progress
from s3fn_gui import edits, operations
from s3fn_gui.errors import explain
from s3fn_gui.flows.context import Context

KIND = "words"


class WordsFlow:
    """The text that was there stays until the new one is complete, and then in the history."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._session = context.session

    def generate(self) -> None:
        """Ask for a description in the background; the editor shows it arriving."""
        session = self._session
        target = session.current_class
        if target is None:
            session.report("info", "Add or select a class first, then describe it.")
            return
        from s3fn_core.words.llm import DescribeContext

        wavelengths = None if session.current is None else session.current.cube.wavelengths
        reach = None
        if wavelengths is not None:
            reach = (float(wavelengths.min()), float(wavelengths.max()))
        settings, classes = self._context.settings.llm, session.classes
        session.generation.begin(target.id)
        self._context.runner.start(
            KIND,
            f"Describing {target.name}",
            lambda: operations.write_description(
                target, classes, settings, DescribeContext(range_nm=reach)
            ),
            lambda found: self._done(target, found),
            progressed=lambda progress: self._progressed(target, progress),
            failed=self._failed,
            cancelled=self._cancelled,
        )

    def stop(self) -> None:
        """Stop writing; the description is as before."""
        self._context.runner.cancel(KIND)

    def _progressed(self, target: LabelClass, progress: Progress) -> None:
        if progress.text:
            self._session.generation.add(target.id, progress.text)

    def _done(self, target: LabelClass, found: tuple[Description, ...]) -> None:
        self._session.generation.end()
        if target.id in self._session.classes:
            target = self._session.classes[target.id]
            name, after = target.name, target.regenerated(found)
            edits.put_description(
                self._session, target.id, after, f"Generate a description of {name}"
            )
            self._session.report("success", f"{name} is described; read it before you train.")

    def _failed(self, error: BaseException) -> None:
        self._session.generation.end("The description is as it was.")
        report = explain(error, "Generating a description")
        self._session.report(report.level, report.text, report.details)

    def _cancelled(self) -> None:
        if self._context.runner.get(KIND) is None:
            self._session.generation.end("Stopped; the description is as it was.")
