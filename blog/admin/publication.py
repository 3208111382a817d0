"""The part of a post's form that is about its publication: checklist, notes, private link, and what to warn of."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib import admin
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.editing.checklist import find_warnings
from blog.editing.forms.post import PostForm
from blog.editing.marked_passages import number_notes
from blog.models import Post
from blog.text.datetimes import is_ambiguous


@admin.display(description=gettext_lazy("before publishing"))
def checklist(post: Post) -> str | SafeString:
    if not (warnings := find_warnings(post)):
        return _("No suggestions.")
    items = format_html_join("", "<li>{}</li>", ((sentence,) for sentence in warnings))
    return format_html('<ul class="checklist" dir="auto">{}</ul>', items)


@admin.display(description=gettext_lazy("open notes"))
def notes(post: Post) -> SafeString:
    rows = [row for row in number_notes(post) if row.note.resolved_at is None]
    return render_to_string("admin/blog/post/_notes_field.html", {"post": post, "rows": rows})


@admin.display(description=gettext_lazy("preview"))
def preview(post: Post) -> str | SafeString:
    if post.pk is None:
        return _("Save the post to get a private link to it.")
    if post.is_public:
        return format_html('<a href="{}">{}</a>', post.get_absolute_url(), _("The post as readers see it"))
    label = _("The post as it will look. Anyone with this link can read it.")
    return format_html('<a href="{}">{}</a>', post.get_preview_url(), label)


def warnings_after_saving(form: PostForm) -> Iterator[str]:
    """What an author may have overlooked in the post that this form has just saved."""
    post, at = form.instance, form.instance.published_at
    if "published_at" in form.changed_data and at and is_ambiguous(timezone.localtime(at)):
        yield _("The clocks go back that night, so this hour occurs twice. The post uses the first.")
    for field in form.overruled:
        yield _("Somebody changed “%(field)s” to “%(value)s” while you were writing. Your choice was saved.") % {
            "field": capfirst(field.label),
            "value": field.theirs or "–",
        }
    if "status" in form.changed_data and post.status == Post.Status.PUBLISHED:
        yield from find_warnings(post)
