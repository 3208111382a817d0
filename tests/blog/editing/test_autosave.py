"""Unsaved text is stored beside the post as authors write, and offered when they come back."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog.models import Clock, Post, Series, Version, WorkingCopy
from blog.models.working_copy import COPY_RETENTION, EXPIRY_NOTICE, MAX_COPIES, MAX_COPY_CHARACTERS
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]
LIST = "/admin/blog/post/"
AUTOSAVE = f"{LIST}autosave/"
ADD = f"{LIST}add/"
KEY = "k" * 22


@pytest.fixture
def tea(alice) -> Post:
    """A post of Alice's."""
    return factories.post(authors=[alice.profile])


def change(post: Post) -> str:
    return f"{LIST}{post.pk}/change/"


def form(post: Post | None = None, **fields) -> dict[str, str]:
    """What a form sends; by autosave with the post's number."""
    title, slug, body = (post.title, post.slug, post.body) if post else ("On tea", "on-tea", "Tea.")
    day = {"published_at_0": "2026-03-20", "published_at_1": "12:00:00"} if post and post.published_at else {}
    status = post.status if post else "draft"
    sent = {"title": title, "slug": slug, "body": body, "status": status, "conversation": "open", "slow_minutes": "0"}
    return {**sent, **day, "key": KEY, "turn": "1", "edition": post.edition if post else "0", **fields}


def autosaved(client: Client, post: Post | None = None, **fields):
    return client.post(AUTOSAVE, {"user": client.user.pk, "post": post.pk if post else "", **form(post, **fields)})


def offers(client: Client, address: str) -> list[str]:
    """The keys of the copies that the form offers."""
    return [copy.key for copy in client.get(address).context["editing"].unsaved_copies]


def field(page, name: str) -> str:
    """What stands in a field of the form."""
    text = page.content.decode()
    area = re.search(rf'<textarea name="{name}"[^>]*>\n?(.*?)</textarea>', text, re.DOTALL)
    return unescape(area[1] if area else re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', text)[1])


# Forgotten

EXPIRES = COPY_RETENTION - EXPIRY_NOTICE


def age(by: timedelta) -> None:
    WorkingCopy.objects.update(saved_at=timezone.now() - by)


def test_text_that_is_deleted_soon_is_on_the_dashboard_with_the_day_whatever_it_was_for(alice, tea):
    autosaved(alice, tea, body="Half a sentence")
    age(EXPIRES - timedelta(hours=1))
    assert alice.get("/admin/").context["dashboard"]["unsaved"] == []
    age(EXPIRES + timedelta(hours=1))
    page = alice.get("/admin/").content.decode()
    assert "will be deleted on" in page
    assert f"{change(tea)}?copy={KEY}" in page


def test_a_text_or_all_of_them_are_discarded_and_nobody_elses(alice, bob, tea):
    keys = [f"{KEY}{number}" for number in range(3)]
    for key in keys:
        autosaved(alice, key=key, body="Half")
        autosaved(bob, key=key, body="His")
    answer = alice.post(f"{LIST}copies/discard/", {"key": keys[:1]})
    assert (answer.url, len(offers(alice, ADD))) == (ADD, 2)
    answer = alice.post(f"{LIST}copies/discard/", {"key": [*keys, "no key"], "back": "dashboard"})
    assert (answer.url, offers(alice, ADD)) == ("/admin/", [])
    assert alice.post(f"{LIST}copies/discard/", {"key": keys, "post": tea.pk}).url == change(tea)
    assert len(offers(bob, ADD)) == 3


# Sent twice


def test_a_new_post_that_is_sent_twice_is_stored_once_with_the_later_text(alice):
    first = form(body="One.")
    address = alice.post(ADD, first).url
    again = alice.post(ADD, {**first, "body": "Two."}, follow=True)
    assert again.redirect_chain[0] == (address, 307)
    assert Post.objects.get().body == "Two."


def test_a_stored_post_that_is_sent_twice_does_not_conflict_with_itself_but_with_others(alice, bob, tea):
    tea.authors.add(bob.profile)
    sent = form(tea, body="One.")
    alice.post(change(tea), sent)
    assert alice.post(change(tea), {**sent, "body": "One. Two."}).status_code == 302
    tea.refresh_from_db()
    bob.post(change(tea), form(tea, body="His.", key="b" * 22))
    assert alice.post(change(tea), {**sent, "body": "One. Two. Three."}).status_code == 409


def test_a_form_sent_for_another_account_is_refused(alice, bob):
    assert alice.post(ADD, form(user=bob.user.pk)).status_code == 403
    assert alice.post(ADD, form(user=alice.user.pk)).status_code == 302
    assert Post.objects.count() == 1


# Told while writing


def test_whoever_writes_is_told_who_has_saved_what_since(alice, bob, tea):
    tea.authors.add(bob.profile)
    began = tea.edition
    assert autosaved(alice, tea, edition=began).json()["newer"] is None
    tea.body = "Something quite new."
    tea.save(by=bob.user)
    newer = autosaved(alice, tea, edition=began, turn=2).json()["newer"]
    assert re.fullmatch(r"bob saved a new text at \d\d:\d\d: .*", newer["sentence"])
    assert newer["address"] == f"{change(tea).removesuffix('change/')}history/compare/?old={began}&new={tea.edition}"
    assert alice.get(newer["address"]).status_code == 200
    assert autosaved(bob, tea, edition=tea.edition).json()["newer"] is None


# Saved


def test_text_is_saved_while_the_post_its_versions_log_and_clock_stay_unchanged(alice, tea):
    before = (Clock.read(), Post.objects.values().get(), Version.objects.count(), LogEntry.objects.count())
    answer = autosaved(alice, tea, body="Half a sent")
    assert (answer.status_code, answer.json()["outcome"]) == (200, "kept")
    assert WorkingCopy.objects.get().text("body") == "Half a sent"
    assert (Clock.read(), Post.objects.values().get(), Version.objects.count(), LogEntry.objects.count()) == before


def test_a_slow_answer_does_not_overwrite_a_newer_one(alice, tea):
    autosaved(alice, tea, body="Half a sentence.", turn=3)
    late = autosaved(alice, tea, body="Half a", turn=2)
    assert (late.status_code, late.json()["outcome"]) == (409, "behind")
    assert WorkingCopy.objects.get().text("body") == "Half a sentence."


def test_the_same_text_sent_twice_is_saved_once(alice, tea):
    autosaved(alice, tea, body="Half", turn=2)
    assert autosaved(alice, tea, body="Half", turn=2).json()["outcome"] == "kept"
    assert WorkingCopy.objects.count() == 1


def test_an_outdated_form_continues_as_a_draft_of_its_own(alice, tea):
    autosaved(alice, tea, body="Here", turn=5)
    key = autosaved(alice, tea, body="There", turn=2).json()["key"]
    assert key != KEY
    autosaved(alice, tea, body="There", turn=2, key=key)
    assert sorted(copy.text("body") for copy in WorkingCopy.objects.all()) == ["Here", "There"]


def test_two_new_posts_in_two_tabs_do_not_mix(alice):
    autosaved(alice, title="One", key="a" * 22)
    autosaved(alice, title="Two", key="b" * 22)
    assert offers(alice, ADD) == ["b" * 22, "a" * 22]


def test_one_unstorable_field_does_not_keep_the_rest_from_being_saved(alice):
    assert autosaved(alice, body="a\x00b\x01c").status_code == 200
    assert WorkingCopy.objects.get().text("body") == "abc"


def test_text_over_the_storage_limit_is_refused_and_the_last_draft_stays(alice, tea):
    autosaved(alice, tea, body="Short")
    assert autosaved(alice, tea, body="x" * (MAX_COPY_CHARACTERS + 1), turn=2).status_code == 413
    assert WorkingCopy.objects.get().text("body") == "Short"


def test_only_fields_of_the_form_are_saved(alice, tea):
    autosaved(alice, tea, preview_token="mine", nonsense="x")
    assert not {"preview_token", "nonsense", "csrfmiddlewaretoken", "key"} & set(WorkingCopy.objects.get().form_data)


@pytest.mark.parametrize("wrong", [{"turn": "x"}, {"edition": "9" * 30}, {"key": "no"}, {"key": "x" * 500}])
def test_a_form_with_nonsense_in_its_hidden_fields_is_a_new_form(alice, tea, wrong):
    assert autosaved(alice, tea, body="Words", **wrong).status_code == 200
    assert WorkingCopy.objects.get().text("body") == "Words"


def test_of_very_many_copies_the_one_left_alone_for_longest_goes(alice):
    for number in range(MAX_COPIES + 1):
        autosaved(alice, key=f"{number:022}")
    kept = set(WorkingCopy.objects.values_list("key", flat=True))
    assert kept == {f"{number:022}" for number in range(1, MAX_COPIES + 1)}


def test_after_sixty_days_they_are_deleted(alice, tea):
    autosaved(alice, tea)
    WorkingCopy.objects.update(saved_at=timezone.now() - COPY_RETENTION + timedelta(hours=1))
    assert WorkingCopy.objects.delete_expired() == 0
    WorkingCopy.objects.update(saved_at=timezone.now() - COPY_RETENTION - timedelta(hours=1))
    assert WorkingCopy.objects.delete_expired() == 1


def test_it_asks_little_of_the_database(alice, tea):
    autosaved(alice, tea, body="One")
    with CaptureQueriesContext(connection) as asked:
        assert autosaved(alice, tea, body="Two", turn=2).status_code == 200
    assert len(asked) <= 17


# Offered


def test_a_returning_author_is_offered_their_text_and_finds_it_in_the_form(alice, tea):
    autosaved(alice, tea, body="Half a sentence", title="New", status="draft")
    assert offers(alice, change(tea)) == [KEY]
    page = alice.get(f"{change(tea)}?copy={KEY}")
    assert (field(page, "body"), field(page, "title")) == ("Half a sentence", "New")
    assert (field(page, "key"), field(page, "turn"), field(page, "edition")) == (KEY, "1", "1")
    assert field(page, "status") == "published"  # what it is: only a button changes it
    assert field(page, "published_at_0") == "2026-03-20"


def test_tags_and_authors_come_back_too():
    editor = factories.staff_client("ed", "Editor")
    tag, ann, post = factories.tag("melon"), factories.author("Ann"), factories.post()
    autosaved(editor, post, tags=[tag.pk], authors=[ann.pk])
    page = editor.get(f"{change(post)}?copy={KEY}").content.decode()
    assert f'<option value="{tag.pk}" selected>melon</option>' in page
    assert f'<option value="{ann.pk}" selected>Ann</option>' in page


def test_every_other_word_and_choice_of_the_form_comes_back():
    editor, series = factories.staff_client("editor", "Editor"), Series.objects.create(name="Walls", slug="walls")
    post = factories.post()
    day = {"closes_at_0": "2027-01-01", "closes_at_1": "10:00:00"}
    told = {"review_note": "Look at the end.", "correction": "It was in **1900**.", "conversation": "held", "part": "3"}
    autosaved(editor, post, series=series.pk, is_pinned="on", slow_minutes="5", **told, **day)
    page = editor.get(f"{change(post)}?copy={KEY}")
    again = page.context["adminform"].form
    assert {name: again[name].value() for name in told} == told
    assert (again["series"].value(), again["is_pinned"].value()) == (str(series.pk), True)
    assert (again["slow_minutes"].value(), again["closes_at"].value()) == ("5", list(day.values()))
    assert field(page, "correction") == told["correction"]


def test_an_unticked_box_comes_back_unticked():
    editor = factories.staff_client("ed", "Editor")
    post = factories.post(is_pinned=True)
    autosaved(editor, post, body="Half")
    page = editor.get(f"{change(post)}?copy={KEY}")
    assert not page.context["adminform"].form["is_pinned"].value()


def test_a_new_post_is_offered_where_new_ones_are_written(alice):
    autosaved(alice, title="The tea road", body="It begins")
    assert offers(alice, ADD) == [KEY]
    assert "The tea road</bdi>" in alice.get(ADD).content.decode()
    assert field(alice.get(f"{ADD}?copy={KEY}"), "body") == "It begins"


def test_text_for_one_post_is_not_put_into_another(alice, tea):
    other = factories.post(body="Another.", authors=[alice.profile])
    autosaved(alice, tea, body="Half a sentence")
    assert field(alice.get(f"{change(other)}?copy={KEY}"), "body") == "Another."


def test_text_that_the_post_has_already_is_not_offered(alice, tea):
    autosaved(alice, tea)
    assert offers(alice, change(tea)) == []
    autosaved(alice, body=" ", title="", slug="")
    assert offers(alice, ADD) == []


def test_drafts_of_others_are_neither_offered_nor_opened(alice, tea):
    autosaved(alice, tea, body="Half a sentence")
    editor = factories.staff_client("ed", "Editor")
    assert offers(editor, change(tea)) == []
    assert "Half a" not in editor.get(f"{change(tea)}?copy={KEY}").content.decode()
    assert editor.get(f"{LIST}copy/{KEY}/").status_code == 404
    assert editor.post(f"{LIST}copy/{KEY}/").status_code == 404


def test_they_are_compared_with_the_post(alice, tea):
    autosaved(alice, tea, body="Tea last, then talk.")
    page = alice.get(f"{LIST}copy/{KEY}/").content.decode()
    assert re.search(r"<del>.*?first</del>", page)
    assert re.search(r"<ins>.*?last</ins>", page)
    assert f"{change(tea)}?copy={KEY}" in page


def test_hostile_words_are_inert_wherever_they_are_shown(alice, tea):
    hostile = "<script>alert(1)</script>"
    autosaved(alice, tea, body=hostile, title=hostile)
    autosaved(alice, title=hostile, body=hostile, key="n" * 22)
    for address in (change(tea), f"{change(tea)}?copy={KEY}", ADD, f"{LIST}copy/{KEY}/", f"{LIST}copy/{'n' * 22}/"):
        assert hostile not in alice.get(address).content.decode()


def test_discarded_text_does_not_come_back_with_a_late_response(alice, tea):
    autosaved(alice, tea, body="Half")
    assert alice.post(f"{LIST}copy/{KEY}/").url == change(tea)
    assert autosaved(alice, tea, body="Half", turn=9).json()["outcome"] == "settled"
    assert offers(alice, change(tea)) == []
    assert "Half" not in str(WorkingCopy.objects.get().form_data)


def test_saving_the_form_deletes_its_draft_and_a_late_response_does_not_restore_it(alice, tea):
    autosaved(alice, tea, body="Half")
    assert alice.post(change(tea), form(tea, body="Whole.")).status_code == 302
    late = autosaved(alice, tea, body="Half", turn=9)
    assert (late.status_code, late.json()["outcome"]) == (200, "settled")
    assert offers(alice, change(tea)) == []


def test_a_form_without_a_draft_cannot_come_back_after_saving(alice):
    alice.post(ADD, form())
    assert autosaved(alice, turn=1).json()["outcome"] == "settled"


def test_text_in_another_tab_survives_saving_this_one(alice, tea):
    autosaved(alice, tea, body="Elsewhere", key="b" * 22)
    alice.post(change(tea), form(tea, body="Whole."))
    assert offers(alice, change(tea)) == ["b" * 22]


# Without a script


def test_a_refused_form_keeps_its_text_after_the_page_is_closed(alice, tea):
    answer = alice.post(change(tea), form(tea, body="Typed for an hour.", title=""))
    assert answer.status_code == 200
    assert field(answer, "body") == "Typed for an hour."
    assert offers(alice, change(tea)) == [KEY]
    assert WorkingCopy.objects.get().text("body") == "Typed for an hour."


def test_a_post_that_was_deleted_meanwhile_leaves_the_words_for_a_new_one(alice, tea):
    sent = form(tea, body="Typed for an hour.")
    tea.delete()
    answer = alice.post(f"{LIST}{tea.pk}/change/", sent)
    assert answer.status_code == 404
    assert "Typed for an hour." in answer.content.decode()
    assert field(alice.get(f"{ADD}?copy={KEY}"), "body") == "Typed for an hour."


def test_a_copy_outlives_its_post(alice, tea):
    autosaved(alice, tea, body="Half a sentence")
    tea.delete()
    assert offers(alice, ADD) == [KEY]
    assert alice.get(f"{LIST}copy/{KEY}/").status_code == 200


def test_a_draft_published_meanwhile_gives_contributors_their_text_back():
    carol = factories.staff_client("carol", "Contributor")
    draft = factories.draft(authors=[carol.profile])
    sent = form(draft, body="Typed for an hour.")
    Post.objects.update(status="published", published_at=factories.NOON, published_on=factories.NOON.date())
    answer = carol.post(change(draft), sent)
    assert answer.status_code == 403
    assert f"{ADD}?copy={KEY}" in answer.content.decode()
    assert field(carol.get(f"{ADD}?copy={KEY}"), "body") == "Typed for an hour."
    assert Post.objects.get().body != "Typed for an hour."


# Who may


def test_text_for_anothers_post_becomes_a_new_draft_and_reveals_nothing(tea):
    bob = factories.staff_client("bob", "Author")
    answer = autosaved(bob, tea, body="Mine")
    assert (answer.status_code, answer.json()["lost"], "others" in answer.json()) == (404, True, False)
    assert WorkingCopy.objects.get().post is None
    assert offers(bob, ADD) == [KEY]


def test_the_key_of_anothers_draft_changes_only_ones_own(alice, tea):
    autosaved(alice, tea, body="Hers")
    bob = factories.staff_client("bob", "Author")
    autosaved(bob, body="His", turn=9)
    assert sorted(copy.text("body") for copy in WorkingCopy.objects.all()) == ["Hers", "His"]


def test_a_draft_of_anothers_post_shows_nothing_of_it(alice, tea):
    autosaved(alice, tea, body="Hers")
    tea.save(authors=[factories.author("Bob")])
    Post.objects.update(body="A secret")
    assert "secret" not in alice.get(f"{LIST}copy/{KEY}/").content.decode()


def test_text_of_the_previous_account_in_this_browser_is_not_taken_for_the_next_ones(alice, tea):
    bob = factories.staff_client("bob", "Editor")
    answer = autosaved(bob, tea, body="Hers", user=alice.user.pk)
    assert (answer.status_code, answer.json()) == (403, {"outcome": "out"})
    assert not WorkingCopy.objects.exists()


def test_accounts_that_write_no_posts_keep_no_drafts():
    mona = factories.staff_client("mona", "Moderator")
    assert autosaved(mona).status_code == 403
    assert mona.get(f"{LIST}copy/{KEY}/").status_code == 403


def test_it_is_refused_without_the_forms_token(alice, tea):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = alice.cookies
    assert strict.post(AUTOSAVE, {"post": tea.pk, **form(tea)}).status_code == 403
    assert not WorkingCopy.objects.exists()


@pytest.mark.parametrize("wrong", ["abc", "9" * 20, "-1"])
def test_an_invalid_number_is_a_bad_request(alice, wrong):
    assert alice.post(AUTOSAVE, {"post": wrong, **form()}).status_code == 400


# Who else is here


def test_two_authors_of_one_open_post_see_each_other_without_a_script(alice, tea):
    bob = factories.staff_client("bob", "Editor")
    assert alice.get(change(tea)).context["editing"].others == []
    page = bob.get(change(tea)).content.decode()
    assert re.search(r"<bdi>alice</bdi> has had this post open since \d\d:\d\d\.", page)
    assert [other["name"] for other in autosaved(alice, tea).json()["others"]] == ["bob"]


def test_authors_who_left_or_saved_are_no_longer_named(alice, tea):
    bob = factories.staff_client("bob", "Editor")
    bob.get(change(tea))
    assert bob.post(AUTOSAVE, {"user": bob.user.pk, "post": tea.pk, "left": 1}).status_code == 204
    assert autosaved(alice, tea).json()["others"] == []
    bob.get(change(tea))
    bob.post(change(tea), form(tea, key="b" * 22, authors=[alice.profile.pk]))
    assert autosaved(alice, tea, turn=2).json()["others"] == []


def test_a_new_post_names_no_other_editors(alice):
    assert autosaved(alice).json()["others"] == []


@pytest.mark.parametrize("key", ["%00", "%ed%a0%80", "k" * 500])
def test_an_invalid_key_opens_nothing(alice, tea, key):
    for answer in (alice.get(f"{LIST}copy/{key}/"), alice.post(f"{LIST}copy/{key}/")):
        assert answer.status_code == 404
    for address in (ADD, change(tea)):
        assert alice.get(f"{address}?copy={key}").context["editing"].loaded_copy is None
