"""Where an endpoint runs, as its address says."""

from __future__ import annotations

from urllib.parse import urlsplit

OPENAI_HOST = "api.openai.com"
LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")


def host_of(base_url: str) -> str:
    """Host of an address, empty when it is not an http(s) address."""
    try:
        parts = urlsplit(base_url)
        possible = parts.scheme in ("http", "https") and parts.port != 0
        return (parts.hostname or "") if possible else ""
    except ValueError:  # also for a port that there cannot be
        return ""
