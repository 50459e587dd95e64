"""Writing a computed cube as ENVI some lines at a time, so that it need not fit into memory."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

import numpy as np

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.formats.envi.writing import header_fields, header_path
from s3fn_core.cubes.pages import release
from s3fn_core.cubes.treating.reference_files import stem_of
from s3fn_core.cubes.windows import line_blocks
from s3fn_core.errors import CubeError
from s3fn_core.files import reason, whole_file
from s3fn_core.languages import tr
from s3fn_core.progress import Operation, Progress


def refuse_to_replace(cube: Cube, path: str | PathLike[str]) -> None:
    """Raise CubeError when writing to `path` would replace the file that the cube came from."""
    if cube.path is None:
        return
    target = header_path(path).with_suffix("")
    if cube.path.resolve().parent / stem_of(cube.path) == target.parent.resolve() / target.name:
        raise CubeError(
            "{path} is the file of {name} itself, which stays as it is; choose another name.",
            path=path,
            name=cube.name,
        )


def write_windows(cube: Cube, path: str | PathLike[str]) -> Operation[Path]:
    """Write a cube as ``NAME.hdr`` and ``NAME.img``, band interleaved by line.

    Lines follow each other in that order, so that the file is appended to and a full disk is an
    error; through a memory map it would end the process.

    Parameters
    ----------
    cube : Cube
        Written with its stored values, scale and metadata.
    path : path
        Name of the header (see ``header_path``), never the cube's own.

    Returns
    -------
    generator of Progress that returns the header's path
        Closed before its end it leaves no file, and files that were there as they were.

    Raises
    ------
    CubeError
        When the type is none of ENVI's, the disk refuses, or `path` is the cube's own file.
    """
    from spectral.io import envi

    refuse_to_replace(cube, path)
    header = header_path(path)
    dtype = np.dtype(cube.data.dtype).newbyteorder("<")
    if dtype.char not in envi.dtype_to_envi:
        raise CubeError(
            "{header} cannot be written: ENVI has no type {dtype}. Choose another.",
            header=header,
            dtype=dtype,
        )
    fields = header_fields(cube) | {
        "lines": cube.lines,
        "samples": cube.samples,
        "bands": cube.bands,
        "header offset": 0,
        "file type": "ENVI Standard",
        "data type": envi.dtype_to_envi[dtype.char],
        "interleave": "bil",
        "byte order": 0,
    }
    try:
        with whole_file(header) as text, whole_file(header.with_suffix(".img")) as raw:
            with raw.open("wb") as file:
                for lines in line_blocks(cube):
                    yield Progress("write", lines.start / cube.lines, tr("Writing {name}", name=header.name))
                    block = np.asarray(cube.data[lines, :, :], dtype)
                    file.write(np.ascontiguousarray(block.transpose(0, 2, 1)).data)
                    release(cube.data)
            envi.write_envi_header(str(text), fields)
    except OSError as error:
        raise CubeError(
            "{header} cannot be written: {error}. Choose another folder or make room.",
            header=header,
            error=reason(error),
        ) from error
    return header
