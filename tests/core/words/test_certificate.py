"""A server of this computer with a certificate that nobody has signed."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest

from s3fn_core.errors import WordsError
from s3fn_core.labels.classes import ClassSet
from s3fn_core.progress import run
from s3fn_core.words.llm import describe
from s3fn_core.words.llm_settings import LLMSettings
from tests.llm_server import KEY, MODEL, LLMServer

CLASSES = ClassSet().added("soil")


def write_certificate(path: Path) -> None:
    """A new key and its certificate, signed by itself, for 127.0.0.1."""
    pytest.importorskip("cryptography")
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    encoding = serialization.Encoding.PEM
    secret = key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(secret + certificate.public_bytes(encoding))


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    path = tmp_path / "certificate.pem"
    write_certificate(path)
    return path


@pytest.fixture
def server(certificate: Path) -> Iterator[LLMServer]:
    """The server of the other tests, over TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    running = LLMServer()
    running.socket = context.wrap_socket(running.socket, server_side=True)
    with running:
        yield running


def settings(server: LLMServer) -> LLMSettings:
    return LLMSettings(f"https://127.0.0.1:{server.server_port}/v1", MODEL, timeout=5.0)


def test_an_untrusted_certificate_is_told_and_nothing_is_sent(server: LLMServer) -> None:
    with pytest.raises(WordsError, match=r"certificate of 127\.0\.0\.1 is not trusted.*SSL_CERT"):
        run(describe(CLASSES[1], CLASSES, settings(server), key=KEY))
    assert not server.requests


def test_the_remedy_that_is_named_helps(
    server: LLMServer, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    (found,) = run(describe(CLASSES[1], CLASSES, settings(server), key=KEY))
    assert found.text.startswith("Soil")
