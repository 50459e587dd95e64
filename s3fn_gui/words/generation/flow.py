"""Letting a language model describe classes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from s3fn_core.errors import S3FNError
from s3fn_core.labels.classes import LabelClass
from s3fn_core.progress import Progress
from s3fn_core.quoting import listed
from s3fn_core.words.describe_all import ClassProgress, Described
from s3fn_gui.session.context import Context, Flow
from s3fn_gui.session.messages import explain
from s3fn_gui.words.description_edits import put_description
from s3fn_gui.words.generation import jobs
from s3fn_gui.words.generation.jobs import Outgoing
from s3fn_gui.words.generation.language_model_dialog import LanguageModelDialog
from s3fn_gui.words.generation.prompts_dialog import PromptsDialog
from s3fn_gui.words.generation.sending_dialog import SendingDialog
from s3fn_gui.words.generation.state import GenerationState

KIND = "words"
SETTINGS = "words.model_settings"  # where most failures can be fixed
PREVIEW, FACTS = "words preview", "words facts"


class GenerationFlow(Flow):
    """The old text stays until the new one is complete, then moves to the history."""

    def __init__(self, context: Context, generation: GenerationState) -> None:
        super().__init__(context)
        self._generation = generation
        self._cut: list[str] = []
        self._gone: list[str] = []  # classes that were renamed or deleted
        self._session.cleared.connect(self.stop)

    def generate(self) -> None:
        """Ask for a description of the selected class; the editor shows it arriving."""
        target = self._session.current_class
        if target is None:
            self._session.report("info", "Add or select a class first, then describe it.")
            return
        self._describe([target])

    def generate_all(self) -> None:
        """Ask for descriptions of all classes that are not locked throughout."""
        targets = [c for c in self._session.classes if not c.is_settled]
        if not targets:
            self._session.report("info", "Every description is locked; unlock what may change.")
            return
        self._describe(targets)

    def preview(self) -> None:
        """Show what would be sent about each class."""
        about = self._about(list(self._session.classes))

        def done(outgoing: Outgoing) -> None:
            self.ask.show(SendingDialog, outgoing, asking=False)

        self._runner.start(PREVIEW, "Composing the requests", lambda: jobs.composed(about), done)

    def choose_model(self) -> None:
        """Ask which language model writes, and how it is reached."""
        dialog = self.ask.show(LanguageModelDialog, self._context.settings, self._runner)
        dialog.accepted.connect(self._generation.changed)  # another model may be there to ask

    def edit_prompts(self) -> None:
        """Show and edit what a model is asked."""
        session, settings = self._session, self._context.settings
        dialog = self.ask.show(PromptsDialog, settings, session.classes, session.class_id)
        dialog.finished.connect(self.stop_measuring)
        self.measure(dialog.set_contexts)

    def measure(self, done: Callable[[jobs.Contexts], None]) -> None:
        """Measure what the current cube says about each class."""
        about = self._about([])
        self._runner.start(FACTS, "Measuring the classes", lambda: jobs.known(about), done)

    def stop_measuring(self) -> None:
        """Cancel :meth:`measure`."""
        self._runner.cancel(FACTS)

    def stop(self) -> None:
        """Stop writing; what is described already stays."""
        self._runner.cancel(KIND)

    # --- before anything is sent ---------------------------------------------------------------

    def _describe(self, targets: Sequence[LabelClass]) -> None:
        self._generation.begin(*(c.id for c in targets))
        about = self._about(targets)
        self._runner.start(
            KIND,
            "Composing the requests",
            lambda: jobs.prepared(about),
            self._ask_permission,
            failed=self._failed,
            cancelled=self._cancelled,
        )

    def _about(self, targets: Sequence[LabelClass]) -> jobs.About:
        """What the requests are composed from, as it is now."""
        session, item = self._session, self._session.cubes.current
        scene = None if item is None else (item.cube, item.labels)
        return jobs.About(targets, session.classes, self._context.settings.llm, scene)

    def _ask_permission(self, outgoing: Outgoing) -> None:
        """Send nothing to a host before the user has seen it."""
        settings, origin = self._context.settings, outgoing.settings.origin
        if origin not in settings.trusted:
            answer = self.ask.answer(SendingDialog, outgoing)
            if answer == "no":
                self._generation.end("Nothing was sent; the description is as it was.")
                return
            if answer == "always":
                settings.trust(origin)
        self._send(outgoing)

    # --- sending -------------------------------------------------------------------------------

    def _send(self, outgoing: Outgoing) -> None:
        self._cut, self._gone = [], []
        names = [c.name for c in outgoing.targets]
        title = names[0] if len(names) == 1 else f"{len(names)} classes"
        self._runner.start(
            KIND,
            f"Describing {title}",
            lambda: jobs.described(outgoing),
            lambda described: self._done(outgoing, described),
            progressed=lambda progress: self._progressed(outgoing, progress),
            failed=self._failed,
            cancelled=self._cancelled,
            makes="work",
        )

    def _progressed(self, outgoing: Outgoing, progress: Progress) -> None:
        if not isinstance(progress, ClassProgress):
            return
        generation, class_id = self._generation, progress.class_id
        if progress.state == "done":
            generation.finish(class_id, self._put(outgoing, progress))
        elif progress.state == "failed":
            generation.finish(class_id, progress.message)
        else:
            generation.tell(class_id, progress.message if progress.state == "waiting" else "")
            if progress.text:
                generation.add(class_id, progress.text)

    def _put(self, outgoing: Outgoing, progress: ClassProgress) -> str:
        """Put a description into its class, or say that the class is gone."""
        classes, class_id = self._session.classes, progress.class_id
        name = outgoing.classes[class_id].name
        if class_id not in classes or classes[class_id].name != name:
            self._gone.append(name)
            return "Renamed or deleted in the meantime"
        text = f"Generate a description of {name}"
        put_description(self._session, class_id, progress.descriptions, text)
        if progress.metrics.get("cut"):
            self._cut.append(name)
        return ""

    def _done(self, outgoing: Outgoing, described: Described) -> None:
        names = {c.id: c.name for c in outgoing.targets}
        failures = {names[i]: str(error) for i, error in described.failures.items()}
        if failures:
            self._report_failures(failures, len(names))
            return
        self._generation.end()
        if self._gone:
            self._session.report(
                "warning",
                f"The text about {listed(self._gone)} was dropped: renamed or deleted in the "
                "meantime. Generate it again.",
            )
            return
        if self._cut:
            limit = outgoing.settings.max_tokens
            self._session.report(
                "warning",
                f"The text about {listed(self._cut)} was cut at {limit} tokens. Raise the longest "
                "answer, and generate it again.",
                action=SETTINGS,
            )
            return
        who = f"{names.popitem()[1]} is" if len(names) == 1 else f"{len(names)} classes are"
        self._session.report("success", f"{who} described; read before you train.")

    def _report_failures(self, failures: dict[str, str], asked: int) -> None:
        first = next(iter(failures.values()))
        if asked == 1:
            self._generation.end("The description is as it was.")
            self._session.report("error", first, action=SETTINGS)
            return
        count = f"{asked - len(failures)} of {asked} classes are described"
        self._generation.end(f"{count}.")
        details = "\n".join(f"{name}: {text}" for name, text in failures.items())
        missing = listed(list(failures))
        self._session.report("error", f"{count}, not {missing}: {first}", details, SETTINGS)

    def _failed(self, error: BaseException) -> None:
        self._generation.end("The description is as it was.")
        report = explain(error, "Generating a description")
        action = SETTINGS if isinstance(error, S3FNError) else ""
        self._session.report(report.level, report.text, report.details, action)

    def _cancelled(self) -> None:
        if self._runner.get(KIND) is None and self._generation.running:
            done = [w for w in self._generation.classes.values() if w.state == "done"]
            rest = "the description is as it was"
            self._generation.end(
                f"Stopped; {len(done)} classes are described." if done else f"Stopped; {rest}."
            )
