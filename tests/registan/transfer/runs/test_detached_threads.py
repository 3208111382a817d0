"""Comments without posts go to the post or page that had their address; what finds none is skipped, and listed"""

import pytest

from blog.editing.trash_actions import move_to_trash
from blog.models import OldAddress
from comments.models import Comment
from registan.transfer.content.find_subject import find_subject
from registan.transfer.models import Element, Run
from registan.transfer.runs.thread_stage import ThreadStage
from tests import factories
from tests.registan.transfer.elsewhere import test_disqus as disqus
from tests.registan.transfer.elsewhere.foreign import HOME
from tests.registan.transfer.runs.importing import outcome
from tests.registan.transfer.runs.test_import_site import import_site
from tests.registan.transfer.runs.test_take_out import take_out

pytestmark = pytest.mark.django_db


def remember(path: str, row, kind: str = "post") -> None:
    OldAddress.objects.remember([(path, kind, row.pk)], source="wordpress", home=HOME)


def import_threads(folder, *elements: str) -> str:
    disqus.read(folder, *elements)
    return import_site("disqus", folder / "disqus.xml")


def outcomes(kind: str) -> list[tuple[str, str]]:
    return list(Element.objects.filter(kind=kind).order_by("pk").values_list("outcome", "reason"))


@pytest.mark.parametrize(
    "address",
    [
        "https://old.example/2026/03/20/tea/",
        "http://www.old.example/2026/03/20/tea",
        "/2026/03/20/tea/#comments",
        "/2026/03/20/tea/?utm_source=mail",
        "/2026/03//20/t%65a/",
        "https://old.example/archives/tea/",
        "https://old.example/index.php/archives/tea/",
        "https://old.example/archives/tea/?replytocom=4",
        "https://old.example/?p=12",
    ],
)
def test_a_post_is_found_by_its_address_here_and_by_those_that_it_had(address):
    post = factories.post(slug="tea")
    remember("/archives/tea/", post)
    remember("/?p=12", post)
    assert find_subject(address, HOME) == post


@pytest.mark.parametrize(
    "address",
    [
        "",
        "/",
        HOME,
        "https://other.example/2026/03/20/tea/",
        "/2026/03/20/coffee/",
        "/tag/tea/",
        "/admin/",
        "/?p=12",
        "javascript:alert(1)",
        "https://[",
        "/2026/03/20/tea\0/",
        "/" + "a" * 100_000,
        "/2026/13/45/tea/",
    ],
)
def test_other_addresses_lead_to_nothing(address):
    factories.post(slug="tea", tags=[factories.tag("Tea", slug="tea")])
    assert find_subject(address, HOME) is None


def test_what_was_renamed_here_is_found_and_what_is_in_the_trash_is_not():
    page = factories.page("guests")
    page.slug = "visitors"
    page.save()
    assert find_subject("/guests/", HOME) == page
    move_to_trash(page, by=None)
    assert find_subject("/guests/", HOME) is None


def test_a_draft_is_found_by_the_address_that_it_had():
    draft = factories.draft()
    remember("/archives/secret/", draft)
    assert find_subject("/archives/secret/", HOME) == draft


def test_several_conversations_may_lead_to_one_post(tmp_path):
    post = factories.post(slug="tea")
    remember("/archives/tea/", post)
    import_threads(
        tmp_path,
        disqus.thread(1, "https://old.example/archives/tea/"),
        disqus.thread(2, "http://www.old.example/2026/03/20/tea/"),
        disqus.post(11),
        disqus.post(12, under=2),
    )
    assert set(Comment.objects.values_list("conversation", flat=True)) == {post.thread_id}
    assert outcomes("thread") == [("created", ""), ("created", "")]
    post.thread.refresh_from_db()
    assert post.thread.comment_count == 2


def test_what_finds_no_page_is_skipped_and_listed_with_its_address(tmp_path):
    said = import_threads(
        tmp_path, disqus.thread(1, "https://old.example/\x1b[31mgone/".replace("\x1b", "")), disqus.post(11)
    )
    assert outcomes("thread") == [("skipped", "no-page")]
    assert outcomes("comment") == [("skipped", "item-set-aside")]
    assert "Conversations whose address is not known here: 1\n  https://old.example/[31mgone/" in said
    assert not Comment.objects.exists()


def test_it_comes_in_by_a_later_run_once_its_page_is_there(tmp_path):
    elements = (disqus.thread(1, "https://old.example/tea/"), disqus.post(11))
    import_threads(tmp_path, *elements)
    remember("/tea/", factories.post(slug="tea"))
    import_threads(tmp_path, *elements)
    assert outcomes("thread") == [("created", "")]
    assert outcomes("comment") == [("created", "")]


def test_a_page_gets_a_conversation_that_goes_again_with_the_import(tmp_path):
    page = factories.page("about")
    import_threads(tmp_path, disqus.thread(1, "https://old.example/about/"), disqus.post(11))
    page.refresh_from_db()
    assert (page.conversation, page.comment_count) == ("open", 1)
    take_out()
    page.refresh_from_db()
    assert (page.conversation, page.comment_count) == ("off", 0)


def test_a_page_keeps_its_conversation_if_something_else_is_in_it(tmp_path):
    page = factories.page("about")
    import_threads(tmp_path, disqus.thread(1, "https://old.example/about/"), disqus.post(11))
    page.refresh_from_db()
    factories.comment(page)
    take_out()
    page.refresh_from_db()
    assert (page.conversation, page.comment_count) == ("open", 1)


def test_a_conversation_that_was_switched_off_here_stays_off(tmp_path):
    page = factories.page("about")
    elements = (disqus.thread(1, "https://old.example/about/"), disqus.post(11))
    import_threads(tmp_path, *elements)
    page.refresh_from_db()
    page.conversation = "off"
    page.save()
    import_threads(tmp_path, *elements)
    page.refresh_from_db()
    assert page.conversation == "off"
    assert outcomes("comment") == [("unchanged", "")]


def test_a_second_run_follows_a_post_that_was_renamed(tmp_path):
    post = factories.post(slug="tea")
    elements = (disqus.thread(1, "https://old.example/2026/03/20/tea/"), disqus.post(11))
    import_threads(tmp_path, *elements)
    post.slug = "green-tea"
    post.save()
    import_threads(tmp_path, *elements, disqus.post(12))
    assert set(Comment.objects.values_list("conversation", flat=True)) == {post.thread_id}
    assert outcomes("thread") == [("unchanged", "")]


def test_a_long_conversation_is_stored_by_itself(tmp_path, monkeypatch):
    monkeypatch.setattr("registan.transfer.runs.text_stage.LONG_THREAD", 3)
    post = factories.post(slug="tea")
    posts = [disqus.post(number) for number in range(11, 20)]
    import_threads(
        tmp_path,
        disqus.thread(1, "https://old.example/2026/03/20/tea/"),
        disqus.thread(2, "https://old.example/nowhere/"),
        *posts,
        *[disqus.post(number, under=2) for number in range(31, 36)],
    )
    assert Comment.objects.filter(conversation=post.thread_id).count() == 9
    assert sorted(set(outcomes("comment"))) == [("created", ""), ("skipped", "item-set-aside")]


def test_the_ledger_says_where_it_went(tmp_path):
    factories.post(slug="tea")
    import_threads(tmp_path, disqus.thread(1, "https://old.example/2026/03/20/tea/"), disqus.post(11))
    key = Element.objects.get(kind="thread").key
    assert outcome("thread", key)[2] == "https://old.example/2026/03/20/tea/ → /2026/03/20/tea/"


def test_after_an_interruption_it_goes_on(tmp_path, monkeypatch):
    elements = [disqus.thread(1, "https://old.example/2026/03/20/tea/"), disqus.thread(2, "https://old.example/gone/")]
    elements += [disqus.thread(3, "https://old.example/2026/03/20/bread/")]
    elements += [disqus.post(10 + number, under=number) for number in (1, 2, 3)]
    posts = [factories.post(slug="tea"), factories.post(slug="bread")]
    store, calls = ThreadStage.store_waiting, []

    def store_once(stage: ThreadStage) -> None:
        calls.append(stage)
        if len(calls) > 1:
            raise KeyboardInterrupt
        store(stage)

    monkeypatch.setattr("registan.transfer.runs.text_stage.BATCH_ITEMS", 1)
    with monkeypatch.context() as patch:
        patch.setattr(ThreadStage, "store_waiting", store_once)
        import_threads(tmp_path, *elements)
    assert (Run.objects.get().state, Comment.objects.count()) == ("stopped", 1)
    import_threads(tmp_path, *elements)
    assert Run.objects.get().state == "finished"
    assert set(Comment.objects.values_list("conversation", flat=True)) == {post.thread_id for post in posts}
    assert outcomes("thread") == [("created", ""), ("skipped", "no-page"), ("created", "")]
