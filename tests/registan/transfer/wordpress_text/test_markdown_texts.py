"""Markdown of static sites stays as typed, but for addresses, known tags and what our Markdown has not."""

import pytest

from blog.markup.limits import TooCostly
from blog.markup.renderer import AUTHOR_LIMIT, render_author_markdown, render_reader_markdown
from registan.transfer.records.export_statuses import ContentFormat
from registan.transfer.wordpress_text.contract import BodyFormat, Converted
from registan.transfer.wordpress_text.foreign_texts import convert_comment_text
from registan.transfer.wordpress_text.markdown_posts import convert_markdown_post
from registan.transfer.wordpress_text.visible import first_difference
from tests.registan.transfer.wordpress_text.old_site import BOAT, SITE, UPLOADS


def converted(text: str) -> Converted:
    """A post, after a check that it shows the words of the old one."""
    post = convert_markdown_post(text, SITE)
    assert first_difference(post.shown, render_author_markdown(post.body)) == ""
    return post


def markdown(text: str) -> str:
    return converted(text).body


@pytest.mark.parametrize(
    "text",
    [
        "# One\n\nTwo *three* and `code`.\n\n* a\n* b",
        "A claim.[^1]\n\n[^1]: The source.",
        '```python\nx = {{ y }}  # {% raw %}\n```\n\n~~~\n{{< figure src="a" >}}\n~~~',
        "$E = mc^2$ and $$\na\n$$",
        "| a | b |\n|---|---|\n| 1 | 2 |",
        "`{% post_url x %}` and ``a`b``",
        "<kbd>A</kbd> and <sup>2</sup>",
    ],
)
def test_what_is_markdown_stays_as_it_is(text):
    post = converted(text)
    assert (post.body, post.format) == (text, BodyFormat.MARKDOWN)
    assert not post.losses
    assert not post.unknown_shortcodes


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("[a](/2010/05/the-boat/)", "[a](/posts/the-boat/)"),
        ("[a](</2010/05/the-boat/> \"t\")", "[a](</posts/the-boat/> \"t\")"),
        ("[a]\n\n[a]: /2010/05/the-boat/", "[a]\n\n[a]: /posts/the-boat/"),
        ('<a href="/2010/05/the-boat/">a</a>', '<a href="/posts/the-boat/">a</a>'),
        (f"![B]({UPLOADS}/boat.jpg \"C\")", f"![B]({BOAT} \"C\")"),
        (f'<img src="{UPLOADS}/boat.jpg">', f'<img src="{BOAT}">'),
        ("[a](/about/) [b](#c) [d](mailto:a@example.org)",
         "[a](http://www.old.example/about/) [b](#c) [d](mailto:a@example.org)"),
        ("`[a](/2010/05/the-boat/)` [a](/2010/05/the-boat/)", "`[a](/2010/05/the-boat/)` [a](/posts/the-boat/)"),
        ("[a](/2010/05/the-boat/#x) (/2010/05/the-boat/)", "[a](/posts/the-boat/#x) (/2010/05/the-boat/)"),
    ],
)  # fmt: skip
def test_addresses_are_replaced_where_they_are_addresses_and_nowhere_else(text, body):
    assert markdown(text) == body


def test_an_address_that_cannot_be_replaced_is_counted_and_the_others_are_replaced():
    text = "    [a](/2010/05/the-boat/)\n\n[a](/2010/05/the-boat/) [b](/?p=12)"
    post = converted(text)
    assert post.body.endswith("[b](/posts/the-boat/)")
    assert post.losses == {"address": 1}


def test_links_and_media_are_listed_with_what_they_became():
    post = converted(f"[a](/2010/05/the-boat/) [b](https://a.example/) ![]({UPLOADS}/boat.jpg)")
    assert post.links["http://www.old.example/2010/05/the-boat/"] == "/posts/the-boat/"
    assert post.links["https://a.example/"] == "https://a.example/"
    assert post.media == {f"{UPLOADS}/boat.jpg": BOAT}


# Liquid and Hugo


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("{% highlight ruby linenos %}\nputs 1\n{% endhighlight %}", "```ruby\nputs 1\n```"),
        ("{{< highlight go >}}\nx\n{{< /highlight >}}", "```go\nx\n```"),
        ('{{< figure src="https://a.example/c.jpg" alt="A" caption="B" >}}', '![A](https://a.example/c.jpg "B")'),
        ("{{< youtube abcdefghijk >}}", "https://www.youtube.com/watch?v=abcdefghijk"),
        ('{{% vimeo id="12345" %}}', "https://vimeo.com/12345"),
        ('{{< x user="ann" id="12345" >}}', "https://twitter.com/ann/status/12345"),
        ("{{< gist ann 0123abc >}}", "https://gist.github.com/ann/0123abc"),
        ("{% gist ann/0123abc %}", "https://gist.github.com/ann/0123abc"),
        ("{% raw %}a {{ b }}{% endraw %}", "a {{ b }}"),
        ("a {% comment %}no{% endcomment %}b", "a b"),
        ('<iframe src="https://www.youtube.com/embed/abcdefghijk"></iframe>',
         "https://www.youtube.com/watch?v=abcdefghijk"),
    ],
)  # fmt: skip
def test_known_tags_become_markdown(text, body):
    assert markdown(text) == body


def test_unknown_tags_stay_visible_and_are_counted_by_name():
    text = '{% include note.html a="b" %}\n\n{{<notice tip>}}\nWords\n{{</notice>}}\n\n{{ page.title }}'
    post = converted(text)
    assert post.unknown_shortcodes == {"include": 1, "notice": 1, "{{…}}": 1}
    shown = post.shown
    assert all(
        words in shown for words in ("{% include note.html", "{{<notice tip>}}", "{{</notice>}}", "{{ page.title }}")
    )


def test_lists_of_attributes_are_left_out_and_counted():
    text = "* TOC\n{:toc}\n\n## One {#one}\n\nWords{: .big}\n\n> Said\n{: .quote}\n"
    post = converted(text)
    assert post.body == "\n## One\n\nWords\n\n> Said".strip()
    assert post.losses == {"attribute-list": 4}


def test_the_opening_ends_at_its_mark_and_comments_go():
    post = converted("Come *in*.\n\n<!--more-->\n\nHere <!-- not seen -->we are.")
    assert (post.opening, post.shown.split()) == ("Come in.", ["Come", "in.", "Here", "we", "are."])
    assert "<!--" not in post.body


def test_a_text_that_no_post_can_be_is_refused():
    with pytest.raises(TooCostly):
        convert_markdown_post("word " * AUTHOR_LIMIT, SITE)


# Comments


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("One\ntwo\n\n* three", "One two\n\n- three"),
        ("# Loud\n\n![cup](https://a.example/c.jpg)", "**Loud**\n\n[cup](https://a.example/c.jpg)"),
        ("```\ncode\n```", "```\ncode\n```"),
        ("5 $ and 6 $ <b>x</b> ~~y~~", "5 \\$ and 6 \\$ **x** y"),
        ("see https://a.example/", "see <https://a.example/>"),
        ("", None),
    ],
)
def test_a_comment_in_markdown_becomes_that_of_our_readers(text, body):
    comment = convert_comment_text(text, ContentFormat.MARKDOWN, SITE)
    assert [*comment.bodies] == ([] if body is None else [body])
    html = "\n".join(map(render_reader_markdown, comment.bodies))
    assert first_difference(comment.shown, html) == ""


def test_a_comment_that_is_too_costly_keeps_its_words():
    comment = convert_comment_text("[" * 60_000, ContentFormat.MARKDOWN, SITE)
    assert comment.losses["broken-markdown"] == 1
    assert sum(body.count("[") for body in comment.bodies) == 60_000
