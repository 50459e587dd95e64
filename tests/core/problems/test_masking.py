"""What goes into a report of a problem holds no key, no name of the user, and none of a file."""

from __future__ import annotations

import getpass
import string
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3fn_core.problems.masking import FILE, KEY, NAME, Masking

TAIL = st.text(string.ascii_letters + string.digits + "-_", min_size=20, max_size=60).filter(
    lambda text: text[0].isalnum()
)
PREFIXES = ("sk-", "sk-proj-", "ghp_", "github_pat_", "hf_", "xoxb-", "AKIA", "AIza", "glpat-")
PLACES = (
    "Authorization: Bearer {}",
    "{{'Authorization': 'Bearer {}'}}",
    'OPENAI_API_KEY="{}"',
    '{{"api_key": "{}"}}',
    "api-key={} is wrong",
    "GET http://host:11434/v1/models?key={}",
    "https://{}@host.example/v1",
    "password: {}",
    "client(key='{}')",
)


@given(TAIL, st.sampled_from(PLACES))
def test_what_is_said_to_be_a_key_is_masked(key: str, place: str) -> None:
    assert key not in Masking()(place.format(key))


@given(TAIL, st.sampled_from(PREFIXES))
def test_what_looks_like_a_key_is_masked_wherever_it_stands(tail: str, prefix: str) -> None:
    assert tail not in Masking()(f"ValueError: {prefix}{tail} was refused.\n")


@given(st.text("0123456789abcdef", min_size=32, max_size=64).filter(lambda t: not t.isdigit()))
def test_long_words_of_letters_and_digits_are_masked(key: str) -> None:
    assert key not in Masking()(f"value {key}, refused")


@pytest.mark.parametrize("name", ["MY_API_KEY", "HF_TOKEN", "service_password"])
def test_the_environments_keys_are_masked_as_such(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "plain words")
    assert Masking()("it said plain words.") == f"it said {KEY}."


@pytest.mark.parametrize(
    "text",
    [
        "{home}/fields/secret place.hdr cannot be read: no such file",
        "[Errno 2] No such file or directory: '{home}/secret'",
        "/mnt/secret/scan.img: damaged",
        r"C:\Users\me\secret data\scan.hdr is damaged",
        r"FileNotFoundError: 'C:\\Users\\me\\secret\\scan.hdr'",
        "cannot open 'my secret.hdr'",
        "secret/area/scan.tif has no place",
        'file:///{home}/secret.html"',
        '2026-11-30 12:00:00,001 WARNING s3fn: Class "secret site" has no labels',
        "opened SECRET today",
        "{user} has secret.csv",
    ],
)
def test_names_of_files_and_people_are_masked(text: str) -> None:
    told = text.format(home=Path.home(), user=getpass.getuser())
    masked = Masking(["secret"] if "SECRET" in text else [])(told)
    assert "secret" not in masked.lower()
    assert str(Path.home()) not in masked or str(Path.home()) == "/"
    assert masked != told


def test_a_traceback_can_still_be_read() -> None:
    try:
        np.load(Path("/mnt/secret/my scan.npy"))
    except OSError:
        import traceback

        told = traceback.format_exc()
    masked = Masking()(told)
    assert 'File "<program>/tests/core/problems/test_masking.py", line' in masked
    assert 'File "<libraries>/numpy/' in masked
    assert f"FileNotFoundError: [Errno 2] No such file or directory: '{FILE}.npy'" in masked
    assert "open(os.fspath(file)" in masked


def test_what_helps_is_left() -> None:
    told = (
        "torch: 2.13.0+cpu\nSystem: Linux-6.1.0-13-amd64-x86_64-with-glibc2.36\nThread 0x00007f0a1b2c3d40\n"
        '"max_tokens": 400\n  File "<string>", line 3 in _sigsegv\nmean = total / count\n'
        "2026-11-30 12:00:00,001 WARNING py.warnings: 3 of 4 classes have labels\n"
    )
    assert Masking()(told) == told
    assert Masking(["Meadow"])("meadow, meadows") == f"{NAME}, meadows"
