"""A site with something of everything that leaves: what readers find, and what they must never find in an export"""

from __future__ import annotations

from datetime import timedelta

from django.core.files.base import ContentFile

from blog.editing.trash_actions import move_to_trash
from blog.models import Image, MenuLink, Page, Post, Redirect, Series
from blog.models.menu import Place
from comments.status import Status, Via
from tests import factories
from tests.factories import NOON

# In everything that readers do not find; no export without `private` has it.
MARK = "zanzibar"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


def build_site() -> Post:
    """Fill the database; the post with most in it is returned."""
    alice = factories.author(
        "Alice", slug="alice", bio="Writes *letters* & more.\n\nReads some.", website="https://alice.example/"
    )
    bob = factories.author("Боб", slug="bob")
    tea = factories.tag("Tea & talk", slug="tea-talk", description="What we drink.")
    image = upload_image("A samovar")
    post = factories.post(
        "Чай & <разговор>",
        slug="chaykhana",
        authors=[alice, bob],
        tags=[tea, factories.tag("Чай", slug="chay")],
        body=f"A *first* line.\n\n![A samovar]({image.file.url})\n\n"
        "> Quoted words\n\n-- Navoiy\n\nA `]]>` sign, <b>bold</b> & {% raw %}"
        "[a link](/about/) [old](/2020/01/01/old/).",
        summary="In a\nfew words & more.",
        epigraph="Drink *slowly*.",
        epigraph_source="A saying",
        language="ru",
        is_pinned=True,
        seo_title="Tea for machines",
        canonical_url="https://first.example/tea",
        is_noindex=True,
        cover=image,
        series=Series.objects.create(name="Tea in parts", slug="tea-parts"),
        part=2,
        slow_minutes=5,
        closes_at=NOON + timedelta(days=20_000),
    )
    post.title += "!"
    post.save(correction="The *water* was hot.")
    Redirect.objects.set_redirect("/2026/03/20/old-slug/", to=post)
    add_conversation(post, alice)
    factories.mention(post, "Tea elsewhere", address="https://other.example/tea", at=NOON)
    factories.post("The second post", slug="second", authors=[bob], conversation="closed", published_at=NOON)
    guests = factories.guest_book("guests", title="Гости", body=f"Sign *here*: [tea]({post.get_absolute_url()}).")
    factories.comment(guests, body="I was here.", created_at=NOON)
    page = factories.page("about")
    MenuLink.objects.create(place=Place.MENU, position=1, page=page, label="Us")
    MenuLink.objects.create(place=Place.MENU, position=2, part="blog:archive")
    MenuLink.objects.create(place=Place.MENU, position=3, tag=tea)
    MenuLink.objects.create(place=Place.MENU, position=5, part="blog:search")
    MenuLink.objects.create(place=Place.MENU, position=4, address="https://elsewhere.example/", label="Elsewhere")
    return post


def add_conversation(post: Post, alice) -> None:
    """A thread with replies to what readers do not see, in Markdown and in no Latin letters."""
    first = factories.comment(
        post, name="Зафар & Co", website="https://zafar.example/", body="*One* & <two>:\n\n> three", created_at=NOON
    )
    reply = factories.comment(post, parent=first, body="A reply to [one](/tag/chay/).", created_at=NOON)
    factories.comment(post, parent=reply, author=alice, name="Alice", body="The author answers.", created_at=NOON)
    gone = factories.comment(post, parent=first, body=f"Removed {MARK}.", name=MARK, created_at=NOON)
    factories.comment(post, parent=gone, body="A reply to what is gone.", created_at=NOON)
    factories.remove(gone, via=Via.DESK)
    for status in (Status.PENDING, Status.SPAM):
        factories.comment(post, status=status, name=MARK, body=f"Held {status} {MARK}.", created_at=NOON)
    factories.withdraw(factories.comment(post, body=f"Taken back {MARK}.", name=MARK, created_at=NOON))


def add_hidden_texts() -> None:
    """Posts and a conversation that readers do not find."""
    hidden = {"body": f"The {MARK} text.", "summary": MARK}
    move_to_trash(factories.post(f"Thrown away {MARK}", slug="thrown-away", updated_at=NOON, **hidden), by=None)
    factories.draft(title=f"Draft {MARK}", slug=f"draft-{MARK}", updated_at=NOON, **hidden)
    factories.post(f"Handed in {MARK}", slug="handed", status=Post.Status.REVIEW, published_at=None, **hidden)
    factories.post(f"Later {MARK}", slug=f"later-{MARK}", published_at=NOON + timedelta(days=20_000), **hidden)
    factories.post(f"Unlisted {MARK}", slug=f"unlisted-{MARK}", visibility=Post.Visibility.UNLISTED, **hidden)
    protected = factories.post(f"Protected {MARK}", slug=MARK, visibility=Post.Visibility.PASSWORD, **hidden)
    protected.set_password("sesame")
    protected.save()
    factories.comment(protected, body=f"Under a password {MARK}.", created_at=NOON)
    off = factories.guest_book("closed-book")
    factories.comment(off, body=f"Off {MARK}.", created_at=NOON)
    Page.objects.filter(pk=off.pk).update(conversation=Page.ConversationStatus.OFF)


def upload_image(alt: str, *, caption: str = "Brass & steam") -> Image:
    image = Image(sha256=f"{alt:0>64}"[:64], alt=alt, caption=caption, original_name="samovar.png", width=1, height=1)
    image.name = f"{abs(hash(alt)):032x}"[:32]
    image.file.save(f"{image.name}.png", ContentFile(PNG), save=False)
    image.save()
    return image
