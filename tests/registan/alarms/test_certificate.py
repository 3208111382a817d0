"""The certificate of our own host is read from the host itself, and watched until it is renewed."""

import datetime
import socket
import ssl
import threading

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.utils import timezone

from registan.site_health import certificate
from registan.site_health.health_line import State

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]

DAY = datetime.timedelta(days=1)


def write_certificate(folder, until: datetime.datetime) -> str:
    """A certificate for localhost with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(until - 90 * DAY)
        .not_valid_after(until)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    file = folder / "site.pem"
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(private + made.public_bytes(pem))
    return str(file)


@pytest.fixture
def serve(tmp_path, settings, monkeypatch):
    """A server on loopback whose certificate is valid until the given moment, as SITE_URL."""
    listeners = []

    def start(until: datetime.datetime) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(write_certificate(tmp_path, until))
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)

        def shake_hands() -> None:
            connection, _address = listener.accept()
            with context.wrap_socket(connection, server_side=True):
                pass

        threading.Thread(target=shake_hands, daemon=True).start()
        settings.HTTPS, settings.HOST = True, "localhost"
        settings.SITE_URL = f"https://127.0.0.1:{listener.getsockname()[1]}"
        monkeypatch.setattr(certificate.NextFetch, "at", 0.0)
        certificate.look_at_certificate()

    yield start
    for listener in listeners:
        listener.close()


@pytest.mark.parametrize(("days", "state"), [(60, State.GOOD), (15, State.GOOD), (13, State.LOOK), (-2, State.BROKEN)])
def test_it_is_an_alarm_with_less_than_two_weeks_left(serve, days, state):
    serve(timezone.now() + days * DAY)
    line = certificate.certificate_line()
    assert line.state == state
    assert "The certificate of localhost is valid until" in line.fact
    assert bool(line.action) == (state != State.GOOD)


def test_a_host_that_cannot_be_reached_is_not_known_and_what_was_seen_counts_on(serve, settings, monkeypatch):
    settings.HTTPS, settings.SITE_URL = True, "https://127.0.0.1:1"
    monkeypatch.setattr(certificate.NextFetch, "at", 0.0)
    certificate.look_at_certificate()
    assert certificate.certificate_line().state == State.UNKNOWN
    serve(timezone.now() + 5 * DAY)
    settings.SITE_URL = "https://127.0.0.1:1"
    monkeypatch.setattr(certificate.NextFetch, "at", 0.0)
    certificate.look_at_certificate()
    assert certificate.certificate_line().state == State.LOOK


def test_it_is_looked_at_once_an_hour(serve, monkeypatch):
    serve(timezone.now() + 60 * DAY)
    monkeypatch.setattr(certificate, "fetch_expiry", lambda _url: pytest.fail("asked again"))
    certificate.look_at_certificate()


def test_without_https_there_is_none(settings):
    settings.HTTPS = False
    assert certificate.certificate_line().state == State.GOOD
