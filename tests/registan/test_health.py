"""Health checks."""

import pytest
from django.db import InterfaceError, OperationalError

from blog.models import Clock


def test_healthz_answers_without_a_query(client):
    response = client.get("/healthz")  # without the database mark any query would fail
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert "no-store" in response["Cache-Control"]
    assert client.head("/healthz").status_code == 200
    assert client.post("/healthz").status_code == 405


@pytest.mark.django_db
def test_readyz_answers_when_the_database_does(client, django_assert_num_queries):
    with django_assert_num_queries(1):
        response = client.get("/readyz")
    assert (response.status_code, response.content) == (200, b"ready\n")
    assert "no-store" in response["Cache-Control"]
    assert client.post("/readyz").status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize(
    "error", [OperationalError("gone"), InterfaceError("connection already closed"), Clock.DoesNotExist()]
)
def test_readyz_is_503_when_the_database_is_down_or_not_migrated(client, monkeypatch, error):
    def away():
        raise error

    monkeypatch.setattr(Clock, "read", away)
    monkeypatch.setattr("registan.health.connection.close", lambda: None)  # the test's own transaction is on it
    response = client.get("/readyz")
    assert response.status_code == 503
    assert b"is not responding" in response.content
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_neither_redirects_to_https(settings, client):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/healthz").status_code == client.get("/readyz").status_code == 200
