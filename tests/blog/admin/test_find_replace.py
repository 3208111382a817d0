"""Find and replace: the page shows what would change, replaces what is ticked, reports it and undoes it."""

import html
import random
import re

import pytest
from django.contrib.admin.models import LogEntry
from django.core import mail

from blog.models import Correction, Page, Post, ReviewNote, Version, WorkingCopy
from blog.models.working_copy import new_form_key
from tests import factories

ADDRESS = "/admin/blog/post/replace/"
EVERYWHERE = ["title", "epigraph", "epigraph_source", "summary", "body"]


def look(client, find: str = "tea", words: str = "coffee", **fields):
    sent = {"find": find, "words": words, "where": EVERYWHERE, "in_pages": "on", **fields}
    return client.post(ADDRESS, {name: value for name, value in sent.items() if value is not None})


def hidden(page: str, name: str) -> list[str]:
    return [html.unescape(value) for value in re.findall(rf'name="{name}"\s+value="([^"]*)"', page)]


def replace(client, find: str = "tea", words: str = "coffee", *, without: tuple[str, ...] = (), **fields):
    """Look, tick all places but those whose names end so, and replace; the report."""
    page = look(client, find, words, **fields).content.decode()
    places = [place for place in hidden(page, "place") if not place.endswith(without or ("none",))]
    sent = {"replace": "yes", "text": hidden(page, "text"), "place": places, "below": hidden(page, "below")[:1]}
    sent |= {name: hidden(page, name)[:1] for name in ("rest", "next_below", "next_rest")}
    answer = look(client, find, words, **fields | sent)
    assert answer.status_code == 302
    return answer.url


def ticks(page: str) -> dict[str, bool]:
    """The places of a page, and whether each is ticked."""
    return {place: bool(checked) for place, checked in re.findall(r'name="place"\s+value="([^"]*)"( checked)?>', page)}


def report_of(client, address: str) -> str:
    return client.get(address).content.decode()


def stored(row):
    return type(row).objects.get(pk=row.pk)


# What is shown


def test_each_place_is_shown_before_and_after_in_posts_drafts_and_pages(editor):
    factories.post("Tea in the garden", body="We drank tea.")
    factories.draft(title="Later", body="No more.", summary="Tea again.")
    factories.page(title="About", body="All about tea.")
    page = look(editor).content.decode()
    assert len(hidden(page, "place")) == 4
    assert re.search(r"removed: </span>Tea</del> in the garden", page)
    assert re.search(r"added: </span>coffee</ins> in the garden", page)
    assert re.search(r"4\s+places", page)
    assert re.search(r"in\s+3 texts", page)


def test_a_place_is_shown_with_whole_words_of_its_line(editor):
    many = "word " * 30
    factories.post("A", body=f"{many}of tea, {many}\n\nNot this line.\nTea is this one.\nNor this.")
    page = look(editor).content.decode()
    assert re.search(r"<span>…word [word ]+of <del>.*tea</del>, [word ]+ word…</span>", page, re.DOTALL)
    assert re.search(r"<span><del>[^/]*</span>Tea</del> is this one\.</span>", page)
    assert "Not this line" not in page


def test_looking_changes_nothing(editor):
    post = factories.post(body="Tea.")
    look(editor)
    assert (stored(post).body, stored(post).edition) == (post.body, post.edition)


def test_only_the_fields_that_are_asked_for_are_searched(editor):
    factories.post("Tea", body="Tea.")
    page = look(editor, where=["title"]).content.decode()
    assert [place.split(":")[2] for place in hidden(page, "place")] == ["title"]


def test_an_empty_search_and_one_that_changes_nothing_are_refused(editor):
    for find, words in (("", "x"), ("tea", "tea"), ("\0", "x"), ("tea", "\x07")):
        answer = look(editor, find, words)
        assert answer.status_code == 400
        assert 'name="replace"' not in answer.content.decode()


def test_hostile_words_are_shown_as_text(editor):
    factories.post(body="Ouch <script>alert(1)</script>.")
    page = look(editor, "<script>", "<img onerror=x>").content.decode()
    assert "<script>alert" not in page
    assert "<img onerror" not in page


def test_the_page_is_full_and_the_next_begins_after_it(editor, monkeypatch):
    monkeypatch.setattr("blog.editing.text_changes.MAX_SHOWN_TEXTS", 2)
    posts = [factories.post(f"Post {number}", body="Tea.") for number in range(5)]
    page = look(editor).content.decode()
    assert [text.split(":")[1] for text in hidden(page, "text")] == [str(post.pk) for post in posts[:2:-1]]
    assert re.search(r"in\s+5 texts", page)
    page = look(editor, below=hidden(page, "next_below")[0]).content.decode()
    assert [text.split(":")[1] for text in hidden(page, "text")] == [str(post.pk) for post in posts[2:0:-1]]


def test_a_text_with_very_many_places_says_how_many_are_not_shown(editor, monkeypatch):
    monkeypatch.setattr("blog.editing.text_changes.MAX_SHOWN_PLACES", 3)
    post = factories.post("Much", body="tea " * 5)
    assert "2 more places in this text are not shown" in " ".join(look(editor).content.decode().split())
    replace(editor)
    assert stored(post).body.count("coffee") == 3


def go_on_from(page: str) -> dict[str, str]:
    """What the form that leads to older posts sends: where the next page begins."""
    forms = [form for form in page.split("<form")[1:] if re.search("(Skip these|Go on with older)", form)]
    return {name: hidden(form, name)[0] for form in forms for name in ("below", "rest")}


def places_by_page(client, find: str = "tea") -> list[list[str]]:
    """The places of each page, from the first to that which says there is no other."""
    pages, start = [], {"below": "", "rest": ""}
    while start:
        assert len(pages) < 20, "it never ends"
        page = look(client, find, **start).content.decode()
        pages.append(hidden(page, "place"))
        start = go_on_from(page)
    return pages


def test_who_skips_page_after_page_sees_every_place_once(editor, monkeypatch):
    monkeypatch.setattr("blog.editing.text_changes.MAX_SHOWN_PLACES", 4)
    for number, count in enumerate((3, 3, 1, 11, 1)):
        factories.post(f"Post {number}", body="tea " * count)
        factories.page(title=f"Page {number}", slug=f"page-{number}", body="tea " * count)
    pages = places_by_page(editor)
    assert [len(places) for places in pages] == [4] * 9 + [2]
    places = [place for page in pages for place in page]
    assert len({*places}) == len(places) == 38


def test_who_skips_page_after_page_sees_every_standing_page_once(editor, monkeypatch):
    monkeypatch.setattr("blog.editing.text_changes.MAX_SHOWN_TEXTS", 2)
    for number in range(5):
        factories.page(title=f"Page {number}", slug=f"page-{number}", body="Tea.")
    factories.post("Post", body="Tea.")
    places = [place for page in places_by_page(editor) for place in page]
    assert (len(places), len({*places})) == (6, 6)


@pytest.mark.parametrize("words", ["coffee", "green tea", "", "tea tea"])
def test_going_on_after_replacing_comes_to_the_places_that_did_not_fit_and_to_no_other(words, editor, monkeypatch):
    monkeypatch.setattr("blog.editing.text_changes.MAX_SHOWN_PLACES", 4)
    rows = [factories.page(title="About", body="- tea\n" * 6 + "End.")]
    rows += [factories.post(f"Post {count}", body="- tea\n" * count + "End.") for count in (3, 11, 2)]
    start = {"below": "", "rest": ""}
    for _page in range(6):
        start = go_on_from(report_of(editor, replace(editor, words=words, **start)))
    assert [stored(row).body for row in rows] == [row.body.replace("tea", words) for row in rows]
    assert start == {}


def test_a_search_that_takes_long_stops_and_offers_to_go_on(editor, monkeypatch):
    monkeypatch.setattr("blog.editing.text_changes.MAX_SECONDS", -1)
    monkeypatch.setattr("blog.editing.text_changes.IDS_AT_ONCE", 2)
    old = factories.post("Old", body="Tea.")
    for _number in range(2):
        factories.post("Newer", body="Water.")
    page = " ".join(look(editor).content.decode().split())
    assert "0 places in 0 texts, among the 2 posts looked at" in page
    page = look(editor, below=hidden(page, "below")[0]).content.decode()
    assert hidden(page, "text") == [f"post:{old.pk}:{old.edition}"]


def test_the_number_of_queries_does_not_grow_with_the_posts(editor, django_assert_max_num_queries):
    for number in range(20):
        factories.post(f"Post {number}", body="Tea.")
    with django_assert_max_num_queries(16):
        look(editor)


# Where


def test_selected_posts_are_the_only_ones(editor):
    chosen, other = factories.post("One", body="Tea."), factories.post("Two", body="Tea.")
    answer = editor.post("/admin/blog/post/", {"action": "replace_words", "_selected_action": [chosen.pk]})
    page = editor.get(answer.url).content.decode()
    assert "In the 1 post that you selected." in " ".join(page.split())
    replace(editor, chosen=hidden(page, "chosen")[0] if hidden(page, "chosen") else str(chosen.pk))
    assert (stored(chosen).body, stored(other).body) == ("coffee.", "Tea.")


def test_all_posts_of_a_filtered_list_can_be_meant(editor):
    drinks = factories.tag("Drinks")
    tagged = factories.draft(title="One", body="Tea.", tags=[drinks])
    other = factories.draft(title="Two", body="Tea.")
    public = factories.post("Three", body="Tea.", tags=[drinks])
    sent = {"action": "replace_words", "_selected_action": [tagged.pk], "select_across": "1"}
    answer = editor.post("/admin/blog/post/?tag=drinks&state=draft&p=1", sent)
    assert "the posts of your list" in editor.get(answer.url).content.decode()
    replace(editor, listed="tag=drinks&state=draft&p=1")
    assert [stored(post).body for post in (tagged, other, public)] == ["coffee.", "Tea.", "Tea."]


def test_a_list_that_cannot_be_read_is_refused(editor):
    assert look(editor, listed="nothing__like=this").status_code == 400


# What is replaced


def test_only_what_is_ticked_is_replaced(editor):
    post = factories.post("Tea", body="Tea and tea.")
    replace(editor, without=("title:0", "body:8"))
    assert (stored(post).title, stored(post).body) == ("Tea", "coffee and tea.")


def test_a_post_keeps_status_address_and_time_and_gets_a_version(editor):
    post, draft = factories.post("Tea", body="Tea."), factories.draft(title="Tea?", body="Tea.")
    replace(editor)
    for before in (post, draft):
        now = stored(before)
        kept = ("slug", "status", "published_at", "published_on", "visibility")
        assert [getattr(now, name) for name in kept] == [getattr(before, name) for name in kept]
        version = Version.objects.filter(post=before).order_by("-number").first()
        assert (version.body, version.saved_by.username) == ("coffee.", "editor")
        entry = LogEntry.objects.get(object_id=str(before.pk), content_type__model="post")
        assert entry.get_change_message() == f"Replaced “tea” with “coffee” (version {now.edition})."


def test_readers_find_the_new_words_and_get_no_email(editor, visitor):
    factories.post("Drinks", body="Tea.")
    replace(editor)
    assert "Drinks" in visitor.get("/search/?q=coffee").content.decode()
    assert "No results" in visitor.get("/search/?q=tea").content.decode()
    assert mail.outbox == []


def test_a_correction_note_is_written_only_if_asked_and_only_under_what_was_public(editor):
    post, draft = factories.post(body="Tea."), factories.draft(title="Draft", body="Tea.")
    replace(editor)
    assert stored(post).corrections.count() == 0
    replace(editor, "coffee", "cocoa", correction="It was cocoa.")
    assert stored(post).corrections.get().text == "It was cocoa."
    assert stored(draft).corrections.count() == 0


def test_quotations_are_looked_up_again(editor):
    post = factories.post(body="> Water.\n>\n> — Tea Master, *Cups*\n")
    assert [quotation.source.author for quotation in post.quotations.select_related("source")] == ["Tea Master"]
    replace(editor)
    assert [quotation.source.author for quotation in post.quotations.select_related("source")] == ["coffee Master"]


def test_a_standing_page_is_replaced_and_found_again(editor, visitor):
    page = factories.page(title="About", body="All about tea.")
    replace(editor)
    assert stored(page).body == "All about coffee."
    assert "All about coffee." in visitor.get(page.get_absolute_url()).content.decode()
    assert LogEntry.objects.get(content_type__model="page").get_change_message() == "Replaced “tea” with “coffee”."


# What is not


def test_a_post_that_was_saved_meanwhile_is_left_alone_and_reported_with_a_link(editor):
    post, other = factories.post("One", body="Tea."), factories.post("Two", body="Tea.")
    page = look(editor).content.decode()
    newer = stored(post)
    newer.body = "Tea, newly."
    newer.save()
    sent = {"replace": "yes", "text": hidden(page, "text"), "place": hidden(page, "place")}
    report = report_of(editor, look(editor, **sent).url)
    assert (stored(post).body, stored(other).body) == ("Tea, newly.", "coffee.")
    assert "Somebody has saved it since you looked." in report
    assert f'href="/admin/blog/post/{post.pk}/change/"' in report


@pytest.mark.parametrize(("typed", "is_left"), [("Tea with milk.\n\nMore.", True), ("Tea.\n\nMore, and more.", False)])
def test_a_post_is_left_alone_if_somebody_has_changed_the_passage_and_not_saved_it(typed, is_left, editor):
    post = factories.draft(title="One", body="Tea.\n\nMore.")
    form_data = {"title": ["One"], "body": [typed.replace("\n", "\r\n")]}
    WorkingCopy.objects.keep(
        user=factories.user("bob"), key=new_form_key(), turn=1, post=post, edition=post.edition, form_data=form_data
    )
    report = report_of(editor, replace(editor))
    assert ("Somebody has changed the same passage and not saved it yet." in report) is is_left
    assert stored(post).body.startswith("Tea" if is_left else "coffee")


@pytest.mark.parametrize(
    ("fields", "words", "reason"),
    [
        ({"title": "Tea"}, "x" * 251, "Title: Ensure this value has at most 250 characters (it has 251)."),
        ({"title": "Tea"}, "", "Title: This field cannot be blank."),
        ({"title": "A", "body": "Tea"}, " ", "Nothing would be left of its text."),
        ({"title": "A", "epigraph_source": "Tea"}, "x" * 251, "Epigraph source: Ensure this value has at most 250"),
    ],
)
def test_what_the_form_would_refuse_is_left_and_reported(fields, words, reason, editor):
    post = factories.draft(**fields)
    report = report_of(editor, replace(editor, words=words))
    assert reason in html.unescape(report)
    assert {name: getattr(stored(post), name) for name in fields} == fields


def test_a_text_that_costs_too_much_is_left_and_reported(editor):
    post = factories.draft(title="A", body="@" * 1_500)
    report = report_of(editor, replace(editor, "@", "x" * 2_000))
    assert "Not changed" in report
    assert stored(post).edition == post.edition


def test_a_post_that_was_deleted_meanwhile_is_reported(editor):
    post = factories.draft(title="One", body="Tea.")
    page = look(editor).content.decode()
    post.delete()
    sent = {"replace": "yes", "text": hidden(page, "text"), "place": hidden(page, "place")}
    assert "It was deleted." in report_of(editor, look(editor, **sent).url)


@pytest.mark.parametrize("place", ["post:{}:body:1", "post:{}:slug:0", "page:{}:body:0", "post:{}:body:x", "post", ""])
def test_a_place_that_is_none_changes_nothing(place, editor):
    post = factories.post("One", body="Tea.", slug="tea")
    look(editor, replace="yes", text=[f"post:{post.pk}:{post.edition}"], place=[place.format(post.pk)])
    assert (stored(post).body, stored(post).slug, stored(post).edition) == ("Tea.", "tea", post.edition)


def test_nothing_ticked_says_so(editor):
    post = factories.post(body="Tea.")
    answer = look(editor, replace="yes", text=[f"post:{post.pk}:{post.edition}"])
    page = answer.content.decode()
    assert "Nothing was ticked, so nothing was replaced. Tick each place that you want to replace." in page
    assert {*ticks(page).values()} == {False}


def test_a_correction_note_that_is_refused_leaves_the_ticks_as_they_were_sent(editor):
    post, other = factories.post("One", body="Tea, tea, tea."), factories.post("Two", body="Tea.")
    page = look(editor).content.decode()
    assert [*ticks(page).values()] == [True] * 4
    ticked = [f"post:{post.pk}:body:5", f"post:{other.pk}:body:0"]
    answer = look(editor, replace="yes", text=hidden(page, "text"), place=ticked, correction="\x07")
    assert answer.status_code == 400
    assert [place for place, is_ticked in ticks(answer.content.decode()).items() if is_ticked] == ticked[::-1]


# Undo


def test_undo_puts_every_text_back_as_it_was(editor):
    post, draft = factories.post("Tea", body="TEA, tea.", summary="tea"), factories.draft(title="tea ", body="Tea.")
    page = factories.page(title="About tea", body="Tea!")
    report = replace(editor)
    assert "Undo" in report_of(editor, report)
    editor.post(report)
    for before in (post, draft, page):
        names = ("title", "body") if isinstance(before, Page) else EVERYWHERE
        assert [getattr(stored(before), name) for name in names] == [getattr(before, name) for name in names]
    assert "3 texts are as they were before" in " ".join(report_of(editor, report).split())
    assert Version.objects.filter(post=post).order_by("-number").first().restored_from == post.edition
    editor.post(report)  # a second time does nothing
    assert stored(post).edition == post.edition + 2


def test_undo_leaves_what_somebody_has_changed_since(editor):
    post, other = factories.post("One", body="Tea."), factories.post("Two", body="Tea.")
    page = factories.page(body="Tea.")
    report = replace(editor)
    for row in (post, page):
        newer = stored(row)
        newer.body = "Newer coffee."
        newer.save()
    editor.post(report)
    assert [stored(row).body for row in (post, other, page)] == ["Newer coffee.", "Tea.", "Newer coffee."]
    assert report_of(editor, report).count("Somebody has saved it since you looked.") == 2


def test_undo_deletes_the_correction_note_and_readers_see_it_no_longer(editor, visitor):
    post, other = factories.post("One", body="Tea."), factories.post("Two", body="Tea.")
    Correction.objects.record(post, "Much older.", by=None)
    report = replace(editor, correction="It was *coffee*.")
    assert "It was <em>coffee</em>." in visitor.get(other.get_absolute_url()).content.decode()
    assert "Undo also deletes your correction note" in report_of(editor, report)
    editor.post(report)
    assert "It was" not in visitor.get(other.get_absolute_url()).content.decode()
    assert [note.text for note in stored(post).corrections.all()] == ["Much older."]
    assert (stored(post).corrected_at is None, stored(other).corrected_at) == (False, None)


def test_undo_keeps_a_correction_note_that_somebody_has_edited(editor):
    post, deleted = factories.post("One", body="Tea."), factories.post("Two", body="Tea.")
    report = replace(editor, correction="It was coffee.")
    note = stored(post).corrections.get()
    note.text = "It was coffee, and now it is tea."
    note.save()
    stored(deleted).corrections.get().delete()
    editor.post(report)
    assert [stored(row).body for row in (post, deleted)] == ["Tea.", "Tea."]
    assert stored(post).corrections.get().text == note.text


def test_undo_keeps_the_correction_note_of_a_text_that_it_leaves(editor):
    post = factories.post("One", body="Tea.")
    report = replace(editor, correction="It was coffee.")
    newer = stored(post)
    newer.body = "Newer coffee."
    newer.save()
    editor.post(report)
    assert stored(post).corrections.count() == 1


@pytest.mark.parametrize("is_undone", [False, True])
def test_the_report_leads_to_the_same_page_of_the_same_search(is_undone, editor, monkeypatch):
    monkeypatch.setattr("blog.editing.text_changes.MAX_SHOWN_TEXTS", 1)
    posts = [factories.post(f"Post {number}", body="Tea, TEA.") for number in range(3)]
    start = go_on_from(look(editor, where=["body"], whole_words="on").content.decode())
    fields = {"where": ["body"], "whole_words": "on", **start}
    report = replace(editor, without=("body:5",), **fields)
    if is_undone:
        editor.post(report)
    form = next(form for form in report_of(editor, report).split("<form") if "Look for the same words again" in form)
    sent = {name: hidden(form, name) for name in {*re.findall(r'name="(\w+)"', form)}}
    assert sent["find"] + sent["words"] + sent["where"] + sent["whole_words"] == ["tea", "coffee", "body", "on"]
    places = hidden(editor.post(ADDRESS, sent).content.decode(), "place")
    starts = (0, 5) if is_undone else (8,)
    assert places == [f"post:{posts[1].pk}:body:{start}" for start in starts]


def test_nobody_sees_or_undoes_the_report_of_another_session(editor, db):
    post = factories.post(body="Tea.")
    report = replace(editor)
    editor.logout()
    editor.force_login(factories.user("eve", group="Editor"))
    assert editor.get(report).status_code == 404
    assert editor.post(report).status_code == 404
    assert stored(post).body == "coffee."


def test_the_latest_ten_reports_are_kept(editor, monkeypatch):
    monkeypatch.setattr("blog.admin.find_replace.MAX_REPORTS", 2)
    factories.post(body="Tea.")
    first = replace(editor)
    replace(editor, "coffee", "cocoa")
    last = replace(editor, "cocoa", "milk")
    assert (editor.get(first).status_code, editor.get(last).status_code) == (404, 200)


# Notes


def note_on(post: Post, words: str, near: int = 0) -> ReviewNote:
    user = factories.User.objects.get(username="editor")
    return ReviewNote.objects.write(post, "Really?", by=user, words=words, near=near)


def words_of(note: ReviewNote) -> str:
    note.refresh_from_db()
    return note.current_words(Post.objects.get(pk=note.post_id).body)


def test_a_note_on_the_very_words_stays_with_what_replaced_them_and_comes_back(editor):
    post = factories.draft(title="A", body="We drank tea. Then more tea.")
    note = note_on(post, "tea", near=20)
    report = replace(editor)
    assert (words_of(note), note.start) == ("coffee", 27)
    editor.post(report)
    assert (words_of(note), note.start) == ("tea", 24)


def test_in_ten_rounds_of_replacing_notes_stay_with_their_words(editor):
    chance = random.Random(46)  # noqa: S311
    words = ["tea", "cup", "milk", "a pot", "sugar", "чай", "вода"]
    body = "\n\n".join(" ".join(chance.choices(words, k=30)) for _paragraph in range(6))
    post = factories.draft(title="Rounds", body=body)
    notes = []
    for _note in range(12):
        start = chance.randrange(0, len(body) - 30)
        passage = body[start : start + chance.randrange(5, 30)].strip()
        notes.append(note_on(post, passage, near=start))
    for _round in range(10):
        old = chance.choice(words)
        new = chance.choice(["", "x", "longer words", old + old, "чашка"])
        text = stored(post).body
        # What a note must be on afterwards: its own words, replaced letter by letter like all the others.
        marked = [mark_letters(text, note) for note in notes]
        if old not in text or new == old:
            continue
        replace(editor, old, new, match_case="on")
        for note, expected in zip(notes, marked, strict=True):
            if expected is not None:
                assert words_of(note) == expected(old, new)


def mark_letters(text: str, note: ReviewNote):
    """What the note is on after each place of `old` in `text` has become `new`; None for one that is lost."""
    note.refresh_from_db()
    if note.start is None:
        return None
    start, end = note.start, note.end

    def expected(old: str, new: str) -> str:
        kept, at = "", 0
        for piece in re.split(f"({re.escape(old)})", text):
            inside = max(start, at), min(end, at + len(piece))
            if inside[0] < inside[1]:
                kept += new if piece == old else text[slice(*inside)]
            at += len(piece)
        return kept

    return expected
