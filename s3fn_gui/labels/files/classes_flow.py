"""Files of classes, with their descriptions."""

from __future__ import annotations

from pathlib import Path

from s3fn_core.errors import S3FNError
from s3fn_core.labels.classes import ClassSet, read_classes, write_classes
from s3fn_core.languages import plural, tr
from s3fn_core.quoting import listed
from s3fn_gui.session import class_edits
from s3fn_gui.session.class_ids import as_here
from s3fn_gui.session.context import Flow

CLASSES = tr("Classes (*.json)")


class ClassFileFlow(Flow):
    """Small files, hence read and written at once."""

    def load(self, path: Path | None = None) -> None:
        """Take over a CLASSES.json."""
        path = path or self.ask.open_file(tr("Load classes"), CLASSES)
        if path is None:
            return
        try:
            classes = read_classes(path)
            if not self._may_replace(classes, path.name):
                return
            ids = class_edits.import_classes(self._session, classes, path.name)
        except S3FNError as error:
            self._errors.show(tr("Load classes"), error)
        else:
            text = tr("Classes of {name} loaded.", name=path.name)
            self._session.report("success", f"{text} {as_here(classes, ids)}".strip())

    def _may_replace(self, classes: ClassSet, source: str) -> bool:
        names = class_edits.words_replaced(self._session, classes)
        if not names:
            return True
        question = plural(
            "Replace the hand-written description of {names} with that in {source}?",
            "Replace the hand-written descriptions of {names} with those in {source}?",
            len(names),
            names=listed(names),
            source=source,
        )
        return self.ask.confirm(question, tr("Replace"))

    def save(self) -> None:
        """Write the classes with their descriptions."""
        path = self._context.save_file(tr("Save classes"), "classes.json", CLASSES)
        if path is None:
            return
        try:
            write_classes(self._session.classes, path)
        except S3FNError as error:
            self._errors.show(tr("Save classes"), error)
        else:
            self._session.report("success", tr("Classes saved to {path}.", path=path))
