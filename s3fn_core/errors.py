"""The errors a user is meant to read.

Every message answers three questions in one or two sentences: what was wrong, where (which file,
which class, which option), and what to do about it.  Front ends show ``str(error)`` as it stands;
anything that is not an :class:`S3FNError` is a defect of ours and is shown as such.
"""

from __future__ import annotations

from s3fn_core.languages import tr


class S3FNError(Exception):
    """Base of every expected error of this package.

    ``CubeError("{path} is empty; copy it again.", path=path)`` is in the user's language.
    """

    def __init__(self, text: str = "", /, **values: object) -> None:
        super().__init__(tr(text, **values))


class CubeError(S3FNError):
    """A cube cannot be opened or read."""


class LabelError(S3FNError):
    """A label map, or the class set it refers to, is missing, malformed or does not fit."""


class WordsError(S3FNError):
    """A description, a text encoder or a language model cannot be used."""


class ModelError(S3FNError):
    """A model cannot be trained, opened or applied."""


class ProjectError(S3FNError):
    """A project cannot be opened or saved."""


class ExportError(S3FNError):
    """A result cannot be written."""


class ReportError(S3FNError):
    """A report cannot be made, or a training cannot be repeated from one."""


def expect(
    value: object, kind: type | tuple[type, ...], name: str, mend: str, error: type[S3FNError]
) -> None:
    """Refuse a value of another type where it comes in, with one sentence that says what to give."""
    if not isinstance(value, kind):
        raise error("{name} is of type {kind}; {advice}.", name=name, kind=type(value).__name__, advice=mend)
