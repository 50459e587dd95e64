"""Letting a language model describe classes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from s3fn_core.errors import S3FNError
from s3fn_core.labels.classes import LabelClass
from s3fn_core.languages import plural, tr
from s3fn_core.progress import Progress
from s3fn_core.quoting import listed
from s3fn_core.words.describe_all import ClassProgress, Described
from s3fn_gui.session.context import Context, Flow
from s3fn_gui.session.messages import explain
from s3fn_gui.words.description_edits import OTHER_WORDS, may_replace, put_description
from s3fn_gui.words.generation import jobs
from s3fn_gui.words.generation.jobs import Requests
from s3fn_gui.words.generation.language_model_dialog import LanguageModelDialog
from s3fn_gui.words.generation.prompts_dialog import PromptsDialog
from s3fn_gui.words.generation.sending_dialog import SendingDialog
from s3fn_gui.words.generation.state import GenerationState

KIND = "words"
SETTINGS = "words.model_settings"  # where most failures can be fixed
PREVIEW, FACTS = "words preview", "words facts"
UNCHANGED = tr("The description is as it was.")


class GenerationFlow(Flow):
    """The old text stays until the new one is complete, then moves to the history."""

    def __init__(self, context: Context, generation: GenerationState) -> None:
        super().__init__(context)
        self._state = generation
        self._cut: list[str] = []
        self._gone: list[str] = []  # classes that were renamed or deleted
        self._session.cleared.connect(self.stop)

    def generate(self) -> None:
        """Ask for a description of the selected class; the editor shows it arriving."""
        target = self._session.current_class
        if target is None:
            self._session.report("info", tr("Add or select a class first, then describe it."))
            return
        if may_replace(self._context, [target.id]):
            self._describe([target])

    def generate_all(self) -> None:
        """Ask for descriptions of all classes that are not locked throughout."""
        targets = [c for c in self._session.classes if not c.is_settled]
        if not targets:
            self._session.report("info", tr("Every description is locked; unlock what may change."))
            return
        if may_replace(self._context, [c.id for c in targets]):
            self._describe(targets)

    def preview(self) -> None:
        """Show what would be sent about each class."""
        subject = self._subject(list(self._session.classes))

        def done(requests: Requests) -> None:
            self.ask.show(SendingDialog, requests, asking=False)

        self._runner.start(PREVIEW, tr("Composing the requests"), lambda: jobs.compose(subject), done)

    def choose_model(self) -> None:
        """Ask which language model writes, and how it is reached."""
        dialog = self.ask.show(LanguageModelDialog, self._context.settings, self._runner)
        dialog.accepted.connect(self._state.changed)  # another model may be there to ask

    def edit_prompts(self) -> None:
        """Show and edit what a model is asked."""
        session, settings = self._session, self._context.settings
        dialog = self.ask.show(PromptsDialog, settings, session.classes, session.class_id)
        dialog.finished.connect(self.stop_measuring)
        self.measure(dialog.set_contexts)

    def measure(self, done: Callable[[jobs.Contexts], None]) -> None:
        """Measure what the current cube says about each class."""
        subject = self._subject([])
        self._runner.start(FACTS, tr("Measuring the classes"), lambda: jobs.measure_contexts(subject), done)

    def stop_measuring(self) -> None:
        """Cancel :meth:`measure`."""
        self._runner.cancel(FACTS)

    def stop(self) -> None:
        """Stop writing; what is described already stays."""
        self._runner.cancel(KIND)

    # --- before anything is sent ---------------------------------------------------------------

    def _describe(self, targets: Sequence[LabelClass]) -> None:
        self._state.begin(*(c.id for c in targets))
        subject = self._subject(targets)
        self._runner.start(
            KIND,
            tr("Composing the requests"),
            lambda: jobs.prepare(subject),
            self._ask_permission,
            failed=self._failed,
            cancelled=self._cancelled,
        )

    def _subject(self, targets: Sequence[LabelClass]) -> jobs.Subject:
        """What the requests are composed from, as it is now."""
        session, item = self._session, self._session.cubes.current
        scene = None if item is None else (item.cube, item.labels)
        return jobs.Subject(targets, session.classes, self._context.settings.llm, scene)

    def _ask_permission(self, requests: Requests) -> None:
        """Send nothing to a host before the user has seen it."""
        settings, origin = self._context.settings, requests.settings.origin
        if origin not in settings.trusted:
            answer = self.ask.answer(SendingDialog, requests)
            if answer == "no":
                self._state.end(tr("Nothing was sent; the description is as it was."))
                return
            if answer == "always":
                settings.trust(origin)
        self._send(requests)

    # --- sending -------------------------------------------------------------------------------

    def _send(self, requests: Requests) -> None:
        self._cut, self._gone = [], []
        names = [c.name for c in requests.targets]
        self._runner.start(
            KIND,
            tr("Describing {name}", name=names[0])
            if len(names) == 1
            else plural("Describing {count} class", "Describing {count} classes", len(names)),
            lambda: jobs.send(requests),
            lambda described: self._done(requests, described),
            progressed=lambda progress: self._progressed(requests, progress),
            failed=self._failed,
            cancelled=self._cancelled,
            makes="work",
        )

    def _progressed(self, requests: Requests, progress: Progress) -> None:
        if not isinstance(progress, ClassProgress):
            return
        generation, class_id = self._state, progress.class_id
        if progress.state == "done":
            generation.finish(class_id, self._put(requests, progress))
        elif progress.state == "failed":
            generation.finish(class_id, progress.message)
        else:
            generation.tell(class_id, progress.message if progress.state == "waiting" else "")
            if progress.text:
                generation.add(class_id, progress.text)

    def _put(self, requests: Requests, progress: ClassProgress) -> str:
        """Put a description into its class, or say that the class is gone."""
        classes, class_id = self._session.classes, progress.class_id
        name = requests.classes[class_id].name
        if class_id not in classes or classes[class_id].name != name:
            self._gone.append(name)
            return tr("Renamed or deleted in the meantime")
        text = tr("Generate a description of {name}", name=name)
        put_description(self._session, class_id, progress.descriptions, text)
        if progress.metrics.get("cut"):
            self._cut.append(name)
        return ""

    def _done(self, requests: Requests, described: Described) -> None:
        names = {c.id: c.name for c in requests.targets}
        failures = {names[i]: str(error) for i, error in described.failures.items()}
        if failures:
            self._report_failures(failures, len(names))
            return
        self._state.end()
        if self._gone:
            text = tr(
                "The text about {names} was dropped: renamed or deleted in the meantime. Generate it again.",
                names=listed(self._gone),
            )
            self._session.report("warning", text)
            return
        if self._cut:
            text = tr(
                "The text about {names} was cut at {limit} tokens. "
                "Raise the maximum length, then generate it again.",
                names=listed(self._cut),
                limit=requests.settings.max_tokens,
            )
            self._session.report("warning", text, action=SETTINGS)
            return
        text = (
            tr("{name} is described; read it before you train.", name=next(iter(names.values())))
            if len(names) == 1
            else plural(
                "{count} class is described; read it before you train.",
                "{count} classes are described; read them before you train.",
                len(names),
            )
        )
        if self._session.model is None:
            self._session.report("success", text)
        else:
            self._session.report("warning", f"{text} {OTHER_WORDS}")

    def _report_failures(self, failures: dict[str, str], asked: int) -> None:
        first = next(iter(failures.values()))
        if asked == 1:
            self._state.end(UNCHANGED)
            self._session.report("error", first, action=SETTINGS)
            return
        done = asked - len(failures)
        self._state.end(tr("{done} of {count} classes are described.", done=done, count=asked))
        text = tr(
            "{done} of {count} classes are described, not {names}: {error}",
            done=done,
            count=asked,
            names=listed(list(failures)),
            error=first,
        )
        details = "\n".join(f"{name}: {error}" for name, error in failures.items())
        self._session.report("error", text, details, SETTINGS)

    def _failed(self, error: BaseException) -> None:
        self._state.end(UNCHANGED)
        report = explain(error, tr("Generating a description"))
        action = SETTINGS if isinstance(error, S3FNError) else ""
        self._session.report(report.level, report.text, report.details, action)

    def _cancelled(self) -> None:
        if self._runner.get(KIND) is None and self._state.running:
            done = sum(w.state == "done" for w in self._state.classes.values())
            text = tr("Stopped; the description is as it was.")
            if done:
                text = plural(
                    "Stopped; 1 class is described.", "Stopped; {count} classes are described.", done
                )
            self._state.end(text)
