"""What is typed is stored byte for byte or refused with its text, the same on every database; nothing is cut."""

import pytest
from django.core.exceptions import ValidationError
from django.utils.text import normalize_newlines
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blog.markup.renderer import READER_LIMIT
from comments.models import Comment
from comments.status import Status
from comments.submission import rate_limits
from tests import factories
from tests.comments.comment_pages import address, complaints, form_on, page, send

pytestmark = pytest.mark.django_db

UNSTORABLE = ["\x00", "\x01", "\x08", "\x0b", "\x0c", "\x1b[2J", "\x7f", "\x80", "\x9f", "\ufffe", "\uffff"]
SURROGATES = ["\ud800", "\udfff", "\ud83d"]
KEPT = {
    "turned round": "safe \u202egnp.exe\u202c and \u2067on\u2069",
    "zero width": "a\u200bb\u200dc\ufeffd",
    "heaped marks": "Z" + "\u0334\u0351\u0367\u0489" * 20,
    "composed": "caf\u00e9",
    "decomposed": "cafe\u0301",
    "byte order mark first": "\ufeffword",
    "beyond the first plane": "🏔𝒳𐍈",
    "family": "👨‍👩‍👧‍👦",
    "no characters": "\ufdd0\U0010ffff",
    "separators": "a\u2028b\u2029c\x85d\u00a0e",
    "tab and spaces": "  a\tb  ",
    "scripts": "Самарқанд سمرقند 撒马尔罕 समरक़ंद",
    "entities": "&amp; &#0; &lt;b&gt; %00 \\u0000",
    "quotes": "' \" ` ´ ‘’ “”",
}


# The limit


@pytest.mark.parametrize("length", [READER_LIMIT - 1, READER_LIMIT])
@pytest.mark.parametrize("letter", ["x", "я", "🏔"])
def test_a_body_up_to_the_limit_is_stored_whole(visitor, post, length, letter):
    assert send(visitor, post, body=letter * length).status_code == 302
    assert Comment.objects.get().body == letter * length


@pytest.mark.parametrize("letter", ["x", "я", "🏔"])
def test_a_body_over_the_limit_is_refused_whole(visitor, post, letter):
    body = letter * (READER_LIMIT + 1)
    response = send(visitor, post, body=body)
    assert response.status_code == 413
    assert form_on(response)["body"] == body


def test_an_emoji_at_the_edge_is_stored_or_refused_never_split(visitor, post):
    fits, too_long = "x" * (READER_LIMIT - 1) + "🏔", "x" * READER_LIMIT + "🏔"
    send(visitor, post, body=fits)
    response = send(visitor, post, body=too_long)
    assert response.status_code == 413
    assert form_on(response)["body"] == too_long
    assert [comment.body for comment in Comment.objects.all()] == [fits]


def test_line_ends_count_once(visitor, post):
    body = "\r\n".join("x" * 99 for _ in range(100))
    assert len(normalize_newlines(body)) < READER_LIMIT < len(body) + 1
    assert send(visitor, post, body=body).status_code == 302
    assert Comment.objects.get().body == body.replace("\r\n", "\n")


@pytest.mark.parametrize(("name", "limit"), [("name", 80), ("website", 200)])
def test_short_fields_are_stored_whole_or_refused_whole(visitor, post, name, limit):
    start = "https://example.net/" if name == "website" else ""
    fits = start + "я" * (limit - len(start))
    send(visitor, post, **{name: fits}, body="one")
    assert getattr(Comment.objects.get(), name) == fits
    response = send(visitor, post, **{name: fits + "я"}, body="two")
    assert response.status_code == 413
    assert form_on(response)[name] == fits + "я"


# What is kept


@pytest.mark.parametrize("kind", KEPT)
def test_unusual_text_in_a_body_is_stored_byte_for_byte(visitor, post, kind):
    assert send(visitor, post, body=KEPT[kind]).status_code == 302
    comment = Comment.objects.get()
    assert comment.body == KEPT[kind]
    factories.approve(comment, via="desk")
    assert visitor.get(post.get_absolute_url()).status_code == 200
    assert visitor.get("/comments/feed/").status_code == 200


@pytest.mark.parametrize(
    "kind", [kind for kind in KEPT if kind not in {"turned round", "separators", "tab and spaces"}]
)
def test_unusual_text_in_a_name_is_stored_byte_for_byte(visitor, post, kind):
    assert send(visitor, post, name=KEPT[kind][:80]).status_code == 302
    assert Comment.objects.get().name == KEPT[kind][:80]


def test_right_to_left_text_is_isolated_from_the_page(visitor, post):
    factories.comment(post, name="سمرقند", body="שלום")
    html = page(visitor.get(post.get_absolute_url()))
    assert "<bdi>سمرقند</bdi>" in html
    assert '<p dir="auto">שלום</p>' in html


# What is refused


@pytest.mark.parametrize("text", UNSTORABLE)
@pytest.mark.parametrize("field", ["name", "email", "website", "body"])
def test_a_control_character_is_refused_with_its_text(visitor, post, field, text):
    typed = {**factories.comment_form(), "website": "https://bob.example.net/"}
    response = send(visitor, post, **{**typed, field: f"{typed[field]}{text}more"})
    assert response.status_code == 400
    assert form_on(response)[field] == f"{typed[field]}{text}more"
    assert not Comment.objects.exists()


def test_the_refusal_of_a_control_character_says_what_is_wrong(visitor, post):
    assert "Comment: This text contains characters that cannot be stored" in complaints(
        send(visitor, post, body="a\x1b")
    )


@pytest.mark.parametrize("mark", ["\u202e", "\u202d", "\u2066", "\u2069", "\n", "\r", "\t", "\x85", "\u2028", "\u2029"])
def test_a_name_has_no_marks_that_turn_text_and_no_line_ends(visitor, post, mark):
    response = send(visitor, post, name=f"Bob{mark}boB")
    assert response.status_code == 400
    assert form_on(response)["name"] == f"Bob{mark}boB"
    assert not Comment.objects.exists()


def test_bytes_that_are_no_text_become_the_replacement_character(visitor, post):
    data = b"name=Bob&email=bob%40example.net&body=a%ED%A0%80b%FFc"
    response = visitor.post(address(post), data, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 302
    body = Comment.objects.get().body
    assert body.replace("\ufffd", "") == "abc"
    assert "\ufffd" in body


@pytest.mark.parametrize("field", ["name", "email", "website", "body"])
@pytest.mark.parametrize("text", [*UNSTORABLE, *SURROGATES])
def test_no_other_entry_point_stores_text_that_the_form_refuses(post, field, text):
    with pytest.raises(ValidationError):
        factories.comment(post, **{field: f"a{text}b"})
    assert not Comment.objects.exists()


@pytest.mark.parametrize("mark", ["\u202e", "\u2067", "\n", "\u2028"])
def test_no_other_entry_point_stores_a_name_that_the_form_refuses(post, mark):
    with pytest.raises(ValidationError):
        factories.comment(post, name=f"Bob{mark}")


@pytest.mark.parametrize(("field", "limit"), [("name", 80), ("email", 254), ("website", 200), ("body", READER_LIMIT)])
def test_no_other_entry_point_stores_or_cuts_overlong_text(post, field, limit):
    longest = ("https://" if field == "website" else "").ljust(limit, "x")
    with pytest.raises(ValidationError):
        factories.comment(post, **{field: f"{longest}x"})
    comment = factories.comment(post, **{field: longest})
    comment.refresh_from_db()
    assert getattr(comment, field) == longest


# Any text at all


@given(body=st.text(st.characters(exclude_categories=["Cs"]), max_size=60), name=st.text(max_size=20))
@settings(max_examples=60, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_stored_as_typed_or_given_back(visitor, post, monkeypatch, body, name):
    monkeypatch.setattr(rate_limits, "seconds_until_comment_allowed", lambda address: 0)
    name = name.encode("utf-8", "replace").decode()
    response = send(visitor, post, name=name, body=body)
    if response.status_code == 302:
        comment = Comment.objects.latest("id")
        assert (comment.body, comment.status) == (normalize_newlines(body), Status.PENDING)
        assert comment.name == name.strip()
        Comment.objects.filter(pk=comment.pk).update(fingerprint=f"seen {comment.pk}")  # the same text may come again
    else:
        assert response.status_code == 400
        assert normalize_newlines(form_on(response)["body"]) == normalize_newlines(body)
