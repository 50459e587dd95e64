"""Check arguments where they come in, so that a wrong one is named before any work is done.

``@checked(CubeError)`` above a function or a dataclass compares every argument with its annotation.
Lists are taken for tuples and arrays, 0 and 1 for false and true in arrays; nothing else is
converted.  Annotations that say no more than a protocol does are passed over, as are shapes and
ranges: those the function itself knows.
"""

from __future__ import annotations

import functools
import inspect
import math
import operator
import os
import sys
import types
from collections.abc import Callable, Iterable, Mapping, Sequence
from numbers import Integral, Real
from typing import Any, Literal, TypeVar, Union, get_args, get_origin

import numpy as np

from s3fn_core.errors import S3FNError

T = TypeVar("T")
Kind = Any
"""An annotation, resolved."""

_TOO_LONG = 40
_HOW = {
    "Calibration": "a Calibration(white, dark) of References",
    "ClassSet": "a ClassSet, as read_classes gives",
    "Cube": "a Cube, as open_cube gives",
    "Description": "a Description(text)",
    "Features": "Features, as run(compute_features(...)) gives",
    "LabelClass": "a LabelClass(id, name, color)",
    "LabelEmbeddings": "LabelEmbeddings, as run(encode_classes(...)) gives",
    "LabelledCube": "a LabelledCube(cube, labels)",
    "Reference": "a Reference, as run(averaged_lines(...)) gives",
    "S3FNModel": "an S3FNModel, as load_model gives",
    "TrainConfig": "a TrainConfig, as preset gives",
    "bool": "True or False",
    "float": "a number",
    "int": "a whole number",
    "str": "a string",
}
_ARRAYS = {"b": "true or false", "iu": "whole numbers", "biuf": "numbers"}


class _WrongError(Exception):
    """`args` are what is wrong, in words, and what to give."""


def checked(error: type[S3FNError], doing: str = "") -> Callable[[T], T]:
    """Check the arguments of a function, or of a dataclass's initialiser, by their annotations.

    Parameters
    ----------
    error : type of S3FNError
        Raised, as a TypeError too, with one sentence: which argument, what it is, what to give.
    doing : str, optional
        What the sentence begins with in the place of the name of the function or dataclass.
    """

    def decorate(target: T) -> T:
        if isinstance(target, type):
            module = vars(sys.modules[target.__module__])
            init = _guarded(target.__init__, doing or target.__qualname__, module, error)  # type: ignore[misc]
            setattr(target, "__init__", init)  # noqa: B010 (a method cannot be assigned to)
            return target
        function: Any = target
        guarded: Any = _guarded(function, doing or function.__qualname__, function.__globals__, error)
        return guarded  # type: ignore[no-any-return]

    return decorate


def check_numbers(
    values: np.ndarray[Any, Any], what: str, error: type[S3FNError], highest: int | None = None
) -> None:
    """Refuse anything but a map (lines, samples) of whole numbers from 0 up to `highest`."""
    if values.ndim != 2 or values.dtype.kind not in "iub":
        raise error(
            f"{what} holds whole numbers on two axes (lines, samples), not {values.dtype} on {values.ndim}."
        )
    low, high = int(values.min(initial=0)), int(values.max(initial=0))
    if low < 0 or (highest is not None and high > highest):
        upper = "on" if highest is None else f"to {highest}"
        raise error(f"{what} holds {low if low < 0 else high}; its numbers run from 0 (none) {upper}.")


def check_range(what: str, value: float, low: float, high: float, error: type[S3FNError]) -> None:
    """Refuse a number outside of low..high, and NaN."""
    if not low <= value <= high:
        upper = "" if high == math.inf else f" and at most {high:g}"
        raise error(f"{what} is {value:g}; it must be at least {low:g}{upper}.")


def _guarded(
    function: Callable[..., Any], name: str, module: Mapping[str, Any], error: type[S3FNError]
) -> Callable[..., Any]:
    signature = inspect.signature(function)
    kinds: dict[str, Kind] = {}  # resolved on the first call: a module may name what it defines later

    @functools.wraps(function)
    def guarded(*args: Any, **named: Any) -> Any:
        if not kinds:
            kinds.update((p.name, _resolved(p, module)) for p in signature.parameters.values())
        given = signature.bind(*args, **named)
        for argument, value in given.arguments.items():
            try:
                given.arguments[argument] = _fit(value, kinds[argument])
            except _WrongError as wrong:
                what, mend = wrong.args
                raise _type_error(error)(f"{name}: {argument} {what}; give {mend}.") from None
        return function(*given.args, **given.kwargs)

    return guarded


def _type_error(error: type[S3FNError]) -> type[S3FNError]:
    """An `error` that is a TypeError too, for those who read records and expect that."""
    return type(error.__name__, (error, TypeError), {"__module__": error.__module__})


def _resolved(parameter: inspect.Parameter, module: Mapping[str, Any]) -> Kind:
    """What an annotation means; Any where it names what is imported for type checking only."""
    note = parameter.annotation
    if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD) or note is parameter.empty:
        return Any
    try:
        return eval(note, dict(module)) if isinstance(note, str) else note
    except NameError:
        return Any


def _fit(value: Any, kind: Kind) -> Any:
    """`value`, or the tuple or array that a list stands for; raises _WrongError."""
    origin: Any = get_origin(kind)
    parts = get_args(kind)
    if kind is None or kind is type(None):
        return _is(value, value is None, "None")
    if origin in (Union, types.UnionType):
        return _fit_any(value, parts)
    if origin is Literal:
        options = ", ".join(map(str, parts))
        return _is(value, any(type(value) is type(p) and value == p for p in parts), f"one of {options}")
    if origin is tuple:
        return _fit_tuple(value, parts)
    if origin is np.ndarray:
        return _fit_array(value, parts[1])
    if origin in (Sequence, list):
        _is(value, isinstance(value, Sequence) and not isinstance(value, str | bytes), _wanted(kind))
        fitting: Any = _fit_each(value, parts[0])
        return value if all(map(operator.is_, value, fitting)) else fitting
    if origin in (Mapping, dict):
        _is(value, isinstance(value, origin), "a dict")
        fitting = dict(zip(value, _fit_each(value.values(), parts[1]), strict=True))
        return value if all(fitting[key] is value[key] for key in value) else fitting
    return _fit_plain(value, origin or kind)


def _fit_plain(value: Any, kind: Kind) -> Any:
    if kind in (Any, object) or not isinstance(kind, type) or getattr(kind, "_is_protocol", False):
        return value
    truth = isinstance(value, bool | np.bool_)
    if kind is bool:
        fits = truth
    elif kind in (int, float):
        fits = isinstance(value, Integral if kind is int else Real) and not truth
    else:
        fits = isinstance(value, kind)
    return _is(value, fits, _wanted(kind))


def _fit_any(value: Any, kinds: Sequence[Kind]) -> Any:
    """What fits one of several kinds."""
    problems = []
    for kind in kinds:
        try:
            return _fit(value, kind)
        except _WrongError as wrong:
            problems.append(wrong)
    alike = [p for p in problems if not p.args[0].startswith("is of type")]  # right but for its content
    what = (alike or problems)[0].args[0]
    raise _WrongError(what, ", or ".join(dict.fromkeys(str(p.args[1]) for p in problems)))


def _fit_tuple(value: Any, kinds: Sequence[Kind]) -> tuple[Any, ...]:
    any_number = len(kinds) == 2 and kinds[1] is ...
    mend = f"a tuple, each item {_wanted(kinds[0])}" if any_number else f"{len(kinds)} values"
    _is(value, isinstance(value, tuple | list), mend)
    if not any_number and len(value) != len(kinds):
        raise _WrongError(f"has {len(value)} values", mend)
    if any_number:
        return tuple(_fit_each(value, kinds[0]))
    return tuple(_fit_each([part], kind)[0] for part, kind in zip(value, kinds, strict=True))


def _fit_each(values: Iterable[Any], kind: Kind) -> list[Any]:
    try:
        return [_fit(value, kind) for value in values]
    except _WrongError as wrong:
        what, mend = wrong.args
        if what.startswith("is "):
            what = "holds " + what.removeprefix("is ").replace("of type", "a value of type", 1)
        raise _WrongError(what, f"{mend} for each") from None


def _fit_array(value: Any, dtype: Kind) -> Any:
    """An array of bool, of whole numbers or of numbers."""
    scalar = (get_args(dtype) or (Any,))[0]
    scalar = get_origin(scalar) or scalar
    if not isinstance(scalar, type):
        kinds = "biuf"
    elif issubclass(scalar, np.bool_):
        kinds = "b"
    else:
        kinds = "iu" if issubclass(scalar, np.integer) else "biuf"
    mend = f"an array of {_ARRAYS[kinds]}"
    if isinstance(value, list | tuple):
        try:
            value = np.array(value)
        except ValueError:
            raise _WrongError("is a list of lists of several lengths", mend) from None
    _is(value, isinstance(value, np.ndarray), mend)
    if kinds == "b" and value.dtype.kind in "iu" and np.isin(value, (0, 1)).all():
        value = value.astype(bool)  # as files write it
    if value.dtype.kind not in kinds and value.size:
        raise _WrongError(f"holds values of type {value.dtype}", mend)
    return value


def _wanted(kind: Kind) -> str:
    """What to give, in words."""
    origin: Any = get_origin(kind)
    if origin in (Union, types.UnionType):
        return ", or ".join(dict.fromkeys(map(_wanted, get_args(kind))))
    if origin in (Sequence, list):
        return f"a list, each item {_wanted(get_args(kind)[0])}"
    kind = origin or kind
    if isinstance(kind, type) and issubclass(kind, os.PathLike):
        return "a path"
    name = getattr(kind, "__name__", str(kind))
    return _HOW.get(name, f"{'an' if name[:1] in 'AEIOU' else 'a'} {name}")


def _is(value: Any, fits: bool, wanted: str) -> Any:
    if fits:
        return value
    if isinstance(value, str) and len(value) <= _TOO_LONG:
        raise _WrongError(f'is the string "{value}"', wanted)
    raise _WrongError("is None" if value is None else f"is of type {type(value).__name__}", wanted)
