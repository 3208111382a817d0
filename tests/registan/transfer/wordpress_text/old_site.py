"""An old site, and what its posts and comments become."""

from blog.markup.renderer import render_author_markdown, render_reader_markdown
from registan.transfer.wordpress_text.comments import convert_comment
from registan.transfer.wordpress_text.contract import Attachment, Converted, ConvertedComment, OldSite, PostParts
from registan.transfer.wordpress_text.posts import convert_post
from registan.transfer.wordpress_text.visible import first_difference

UPLOADS = "http://www.old.example/wp-content/uploads"
BOAT, SEA, SONG, FILM = (f"/media/{kind}/{n:032x}.{end}" for n, (kind, end) in enumerate(
    [("images", "jpg"), ("images", "png"), ("files", "mp3"), ("files", "mp4")]
))  # fmt: skip
NEW = {
    "old.example/wp-content/uploads/boat.jpg": BOAT,
    "old.example/wp-content/uploads/sea.png": SEA,
    "old.example/wp-content/uploads/song.mp3": SONG,
    "old.example/wp-content/uploads/film.mp4": FILM,
    "old.example/2010/05/the-boat": "/posts/the-boat/",
    "old.example?p=12": "/posts/the-boat/",
}
FILES = {
    1: Attachment(f"{UPLOADS}/boat.jpg", alt="A boat", caption="Our boat"),
    2: Attachment(f"{UPLOADS}/sea.png", alt="The sea"),
    3: Attachment(f"{UPLOADS}/song.mp3", title="A song"),
}
REUSABLE = {
    7: "<!-- wp:paragraph --><p>Said everywhere.</p><!-- /wp:paragraph -->",
    8: '<p>Once.</p><!-- wp:block {"ref":8} /-->',
}
SITE = OldSite("http://www.old.example", NEW.get, FILES.get, REUSABLE.get)


def converted(text: str, parts: PostParts | None = None) -> Converted:
    """A post, after a check that it shows the words of the old one."""
    post = convert_post(text, SITE, parts)
    assert first_difference(post.shown, render_author_markdown(post.body)) == ""
    return post


def markdown(text: str, parts: PostParts | None = None) -> str:
    return converted(text, parts).body


def converted_comment(text: str) -> ConvertedComment:
    """A comment, after the same check."""
    comment = convert_comment(text, SITE)
    html = "\n".join(render_reader_markdown(body) for body in comment.bodies)
    assert first_difference(comment.shown, html) == ""
    return comment
