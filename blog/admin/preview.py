"""Previews of what is being written: rendered like the published text, and stored nowhere."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.text import normalize_newlines
from django.views.decorators.http import require_POST

from blog.admin.conversion import ConversionAdmin
from blog.markup.limits import TooCostly
from blog.markup.renderer import render_author_markdown
from blog.models.illustrated import embed_stored_cards, embed_stored_images, render_article_with_images

# The request was understood, but its text cannot be rendered (RFC 9110, 15.5.21).
UNPROCESSABLE = 422


class PreviewAdmin(ConversionAdmin):
    """An admin of something with a text; `title_field` and `text_field` name its fields in the form."""

    title_field, text_field = "title", "body"

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_write_preview"
        view = self.admin_site.admin_view(self.write_preview)
        return [path("preview/", view, name=name), *super().get_urls()]

    @method_decorator(require_POST)
    def write_preview(self, request: HttpRequest) -> HttpResponse:
        """The form's text as a page; with `fragment`, the text alone, each block with its line in the source.

        Reads nothing else of the form. A text that costs too much is answered with the reason.
        """
        if not (self.has_add_permission(request) or self.has_change_permission(request)):
            raise PermissionDenied
        is_fragment = bool(request.POST.get("fragment"))
        try:
            context, status = self.render_draft(request, with_lines=is_fragment), 200
        except TooCostly as refusal:
            context, status = {"refusal": str(refusal)}, UNPROCESSABLE
        context["title"] = request.POST.get(self.title_field, "")
        template = "blog/_draft_preview.html" if is_fragment else "blog/draft_preview.html"
        response = render(request, template, context, status=status)
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    def render_draft(self, request: HttpRequest, *, with_lines: bool) -> dict[str, str]:
        text, epigraph = (normalize_newlines(request.POST.get(name, "")) for name in (self.text_field, "epigraph"))
        if with_lines:
            body_html = embed_stored_cards(embed_stored_images(render_author_markdown(text, with_lines=True)))
        else:
            body_html = render_article_with_images(text)
        return {
            "body_html": body_html,
            "epigraph_html": render_author_markdown(epigraph),
            "epigraph_source": request.POST.get("epigraph_source", "").strip(),
        }
