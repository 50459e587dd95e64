"""Which language model writes descriptions, and how it is asked."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, ClassVar
from urllib.parse import urlsplit

from s3fn_core.errors import WordsError
from s3fn_core.files import read_record
from s3fn_core.languages import tr
from s3fn_core.words.hosts import OPENAI_HOST, host_of

MOST_PARAGRAPHS = 10
MOST_AT_ONCE = 16
HOTTEST = 2.0  # what the protocol allows
RANGES = {
    "temperature": (0.0, HOTTEST),
    "max_tokens": (1, 1e6),
    "timeout": (0.01, 86400.0),
    "paragraphs": (1, MOST_PARAGRAPHS),
    "at_once": (1, MOST_AT_ONCE),
}


@dataclass(frozen=True)
class LLMSettings:
    """Where descriptions come from.  Holds no key: see :mod:`s3fn_core.words.keys`.

    Attributes
    ----------
    temperature : float or None
        None leaves it to the endpoint (some models accept no other).
    max_tokens : int
        Longest answer.
    timeout : float
        Longest silence in seconds; a whole answer may take ten times as long.
    paragraphs : int
        Wanted of each class; every one is an answer of its own.
    at_once : int
        Classes described at the same time.
    language : str
        Of the answers, in English.
    domain : str
        Name of the prompt template; one that does not exist means ``"general"``.
    sensor : str
        Name of the instrument, empty where nobody says.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    base_url: str = "https://api.openai.com/v1"
    model: str = "gpt-4o-mini"
    temperature: float | None = 0.7
    max_tokens: int = 400
    timeout: float = 60.0
    paragraphs: int = 1
    at_once: int = 4
    language: str = "English"
    domain: str = "general"
    sensor: str = ""

    @property
    def host(self) -> str:
        """Where requests go."""
        return host_of(self.base_url)

    @property
    def origin(self) -> str:
        """Where requests go, with how and through which port."""
        parts = urlsplit(self.base_url)
        return f"{parts.scheme}://{parts.netloc}".lower()

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> LLMSettings:
        """Read what :meth:`to_json` wrote; raises WordsError on anything else."""
        try:
            settings = read_record(cls, record)
            for name, (low, high) in RANGES.items():
                value = getattr(settings, name)
                if value is not None and not low <= value <= high:
                    raise ValueError(
                        tr("{name} is not between {low:g} and {high:g}", name=name, low=low, high=high)
                    )
        except ValueError as error:
            raise WordsError(
                "The settings of the language model are malformed ({error}); set them again.", error=error
            ) from error
        return settings

    def check_address(self) -> None:
        """Raise WordsError where the address cannot be one."""
        if not self.host:
            raise WordsError(
                'The address "{address}" of the language model is not an http(s) address; enter one '
                "like https://api.openai.com/v1 or http://localhost:11434/v1.",
                address=self.base_url,
            )
        if "@" in urlsplit(self.base_url).netloc:
            raise WordsError(
                "The address of {host} holds a name or a password, which would be stored with it. Enter "
                "it without, and give a key.",
                host=self.host,
            )

    def check(self, key: str | None) -> None:
        """Raise WordsError for what needs no request to be known wrong."""
        self.check_address()
        if not self.model.strip():
            raise WordsError("No language model is chosen; enter the name of one.")
        self.check_key(key)

    def check_key(self, key: str | None) -> None:
        """Raise WordsError where nothing is answered without a key, and there is none."""
        if self.host == OPENAI_HOST and not key:
            raise WordsError(
                "{host} needs a key: set the environment variable OPENAI_API_KEY, or store the key "
                "under Words > Language model. A local server (llama.cpp, Ollama, vLLM) needs none.",
                host=self.host,
            )
