"""Settings of the user on this computer: window layout, recent files, look, language model.

They live in the folder that appdirs names and hold no secret: the language model's key comes from
the environment or from the operating system's key store.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import appdirs
from PySide6.QtCore import QByteArray, QSettings

from s3fn_core.errors import S3FNError
from s3fn_gui.base.folders import to_write
from s3fn_gui.base.tool_options import ToolOptions

if TYPE_CHECKING:
    from s3fn_core.words.llm_settings import LLMSettings


APP = "s3fn"
RECENT = 8


def config_folder() -> Path:
    return Path(appdirs.user_config_dir(APP))


def recovery_folder() -> Path:
    """Where work is autosaved that has no project yet."""
    return Path(appdirs.user_data_dir(APP)) / "recovery"


class Settings:
    """Typed access to the settings file."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or config_folder() / "settings.ini"
        self._store = QSettings(str(self.path), QSettings.Format.IniFormat)

    @property
    def theme(self) -> str:
        """Either "auto", "light" or "dark"."""
        return str(self._store.value("look/theme", "auto"))

    @theme.setter
    def theme(self, choice: str) -> None:
        self._store.setValue("look/theme", choice)

    @property
    def language(self) -> str:
        """Code of the language of the window, such as "de"; "" for that of the system."""
        return str(self._store.value("look/language", ""))

    @language.setter
    def language(self, code: str) -> None:
        self._store.setValue("look/language", code)

    @property
    def scale_bar(self) -> bool:
        """Whether the image has a scale bar where the size of its pixels is known."""
        return str(self._store.value("look/scale_bar", "true")) == "true"

    @scale_bar.setter
    def scale_bar(self, shown: bool) -> None:
        self._store.setValue("look/scale_bar", "true" if shown else "false")

    @property
    def tools(self) -> ToolOptions:
        """Sizes and tolerances of the tools; their defaults when never set."""
        content = str(self._store.value("tools/options", ""))
        try:
            return ToolOptions.from_json(json.loads(content)) if content else ToolOptions()
        except (TypeError, ValueError, AttributeError):
            return ToolOptions()

    @tools.setter
    def tools(self, options: ToolOptions) -> None:
        self._store.setValue("tools/options", json.dumps(options.to_json()))

    @property
    def recent(self) -> tuple[str, ...]:
        """Files and projects opened last, newest first."""
        content = str(self._store.value("files/recent", "[]"))
        try:
            return tuple(str(p) for p in json.loads(content))
        except (TypeError, ValueError):
            return ()

    def add_recent(self, path: Path) -> None:
        name = str(path)
        kept = [p for p in self.recent if p != name]
        self._store.setValue("files/recent", json.dumps([name, *kept][:RECENT]))

    def remove_recent(self, path: Path) -> None:
        """Take one off the list of what was open."""
        kept = [p for p in self.recent if p != str(path)]
        self._store.setValue("files/recent", json.dumps(kept))

    @property
    def own_spectra(self) -> tuple[str, ...]:
        """Add your own files and folders of spectra to library searches."""
        content = str(self._store.value("files/own_spectra", "[]"))
        try:
            return tuple(str(p) for p in json.loads(content))
        except (TypeError, ValueError):
            return ()

    @own_spectra.setter
    def own_spectra(self, paths: tuple[str, ...]) -> None:
        self._store.setValue("files/own_spectra", json.dumps(list(paths)))

    @property
    def folder(self) -> str:
        """Where the last file dialog was."""
        return str(self._store.value("files/folder", ""))

    @folder.setter
    def folder(self, folder: str) -> None:
        self._store.setValue("files/folder", folder)

    @property
    def written(self) -> str:
        """Where a file was written last."""
        return str(self._store.value("files/written", ""))

    @written.setter
    def written(self, folder: str) -> None:
        self._store.setValue("files/written", folder)

    def to_write(self, wanted: Path | None) -> Path:
        """The folder `wanted` if it can be written, else the last one that can be."""
        known = [Path(folder) for folder in (self.written, self.folder) if folder]
        return to_write(*([wanted] if wanted else []), *known)

    def choices(self, dialog: str) -> dict[str, Any]:
        """What was chosen in a dialog the last time; nothing at first."""
        content = str(self._store.value(f"dialogs/{dialog}", "{}"))
        try:
            kept = json.loads(content)
        except ValueError:
            return {}
        return kept if isinstance(kept, dict) else {}

    def set_choices(self, dialog: str, chosen: Mapping[str, Any]) -> None:
        """Remember what was chosen, as JSON takes it."""
        self._store.setValue(f"dialogs/{dialog}", json.dumps(dict(chosen)))

    @property
    def llm(self) -> LLMSettings:
        """Address and model of the language model; its defaults when never set."""
        from s3fn_core.words.llm_settings import LLMSettings

        content = str(self._store.value("llm/settings", ""))
        try:
            return LLMSettings.from_json(json.loads(content)) if content else LLMSettings()
        except (TypeError, ValueError, S3FNError):
            return LLMSettings()

    @llm.setter
    def llm(self, settings: LLMSettings) -> None:
        self._store.setValue("llm/settings", json.dumps(settings.to_json()))

    @property
    def has_llm(self) -> bool:
        """Whether one was set up, by hand or by a key in the environment."""
        known = self._store.contains("llm/settings") or bool(os.environ.get("OPENAI_API_KEY"))
        return known and bool(self.llm.base_url.strip() and self.llm.model.strip())

    @property
    def trusted(self) -> tuple[str, ...]:
        """Where requests go without asking again, as "https://host:port"."""
        content = str(self._store.value("llm/trusted", "[]"))
        try:
            return tuple(str(origin) for origin in json.loads(content))
        except (TypeError, ValueError):
            return ()

    def trust(self, origin: str) -> None:
        """Do not ask again before something is sent there."""
        origins = dict.fromkeys((*self.trusted, origin))
        self._store.setValue("llm/trusted", json.dumps(list(origins)))

    def trust_nobody(self) -> None:
        """Ask again before anything is sent anywhere."""
        self._store.remove("llm/trusted")

    @property
    def tour_seen(self) -> bool:
        """Whether the tour was ended once."""
        return str(self._store.value("window/tour_seen", "false")) == "true"

    @tour_seen.setter
    def tour_seen(self, seen: bool) -> None:
        self._store.setValue("window/tour_seen", "true" if seen else "false")

    @property
    def workspace(self) -> str:
        """The workspace of the last time; "" at the first start."""
        return str(self._store.value("window/workspace", ""))

    @workspace.setter
    def workspace(self, name: str) -> None:
        self._store.setValue("window/workspace", name)

    def layout(self, name: str) -> QByteArray | None:
        """Saved geometry ("geometry") or dock arrangement of a workspace ("docks/NAME")."""
        value = self._store.value(f"window/{name}")
        return value if isinstance(value, QByteArray) and not value.isEmpty() else None

    def set_layout(self, name: str, state: QByteArray) -> None:
        self._store.setValue(f"window/{name}", state)

    def forget_layout(self, name: str) -> None:
        self._store.remove(f"window/{name}")

    def sync(self) -> None:
        """Write to disk now."""
        self._store.sync()
