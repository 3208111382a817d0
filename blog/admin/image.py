"""The library of pictures: what was uploaded, where it is used, and the dialog that inserts it into a text."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from blog.admin.base import can_edit_all
from blog.admin.trash_action import TrashingAdmin
from blog.editing.forms.image import ImageForm, ImageUploadForm
from blog.editing.staff_request import as_staff
from blog.images import embeds
from blog.models import Author, Image, ImageUse, Page, Post
from blog.models.illustrated import rerender_texts

# Pictures offered in the dialog: the latest, or the first that a search finds.
MAX_OFFERED_IMAGES = 12
# The status of a failed upload that is the site's fault, by the code of the error.
UPLOAD_ERROR_STATUS = {"no_room": 507, "away": 503}
# Texts that the library, or a question about an image, names.
MAX_NAMED_TEXTS = 20


@admin.register(Image)
class ImageAdmin(TrashingAdmin):
    """Everyone who writes may add pictures and use all of them; editors change and delete any, others their own."""

    list_display = ["thumbnail", "description", "caption", "credit", "usage", "by", "uploaded_at"]
    list_display_links = ["description"]
    search_fields = ["alt", "caption", "credit", "original_name"]
    search_help_text = gettext_lazy("Search the description, caption, credit or file name.")
    ordering = ["-id"]

    class Media:
        css = {"all": ["css/images.css"]}

    # Who may do what

    def has_change_permission(self, request: HttpRequest, obj: Image | None = None) -> bool:
        return super().has_change_permission(request, obj) and may_change_image(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Image | None = None) -> bool:
        return super().has_delete_permission(request, obj) and may_change_image(request, obj)

    # What is shown

    def get_queryset(self, request: HttpRequest) -> QuerySet[Image]:
        uses = ImageUse.objects.filter(image=OuterRef("pk")).order_by().values("image")
        use_count = Subquery(uses.annotate(n=Count("pk")).values("n"))
        rows: QuerySet[Image] = super().get_queryset(request).annotate(use_count=use_count)
        return rows.select_related("uploaded_by__author").prefetch_related("renditions")

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        image = super().get_object(request, object_id, from_field)
        image.asked_by = request  # used_in() shows only texts that this person may open
        return image

    def get_form(self, request: HttpRequest, obj: Image | None = None, change: bool = False, **kwargs: Any) -> type:
        return super().get_form(request, obj, change, **{"form": ImageForm if obj else ImageUploadForm, **kwargs})

    def get_fields(self, request: HttpRequest, obj: Image | None = None) -> list[Any]:
        words = ["alt", "is_decorative", "caption", "credit"]
        return ["image_preview", "markdown_line", *words, "used_in", "by"] if obj else ["upload", *words]

    def get_readonly_fields(self, request: HttpRequest, obj: Image | None = None) -> list[str]:
        return ["image_preview", "markdown_line", "used_in", "by"] if obj else []

    @admin.display(description=gettext_lazy("image"))
    def thumbnail(self, image: Image) -> SafeString:
        return format_html(
            '<img class="library__thumbnail" src="{}" width="{}" height="{}" alt="" loading="lazy">',
            image.thumbnail, image.width, image.height,
        )  # fmt: skip

    @admin.display(description=gettext_lazy("what it shows"), ordering="alt")
    def description(self, image: Image) -> str:
        return image.alt or _("decorative: %s") % (image.original_name or image.name)

    @admin.display(description=gettext_lazy("used"))
    def usage(self, image: Any) -> str | None:
        count = image.use_count
        return ngettext("in %d text", "in %d texts", count) % count if count else None

    @admin.display(description=gettext_lazy("uploaded by"))
    def by(self, image: Image) -> str:
        """The name that readers see; never the user name."""
        user = image.uploaded_by
        return str(getattr(user, "author", None) or user.get_full_name() or "–") if user else "–"

    @admin.display(description=gettext_lazy("image"))
    def image_preview(self, image: Image) -> SafeString:
        return format_html(
            '<img class="library__picture" src="{}" width="{}" height="{}" alt="">',
            image.file.url, image.width, image.height,
        )  # fmt: skip

    @admin.display(description=gettext_lazy("to insert it into a text"))
    def markdown_line(self, image: Image) -> SafeString:
        return format_html('<code class="library__line" dir="ltr">{}</code>', image.markdown())

    @admin.display(description=gettext_lazy("where it is used"))
    def used_in(self, image: Any) -> str | SafeString:
        texts, others = texts_using_image(image, image.asked_by)
        rows = format_html_join("", '<li><a href="{}" dir="auto">{}</a></li>', texts)
        if others:
            rows += format_html("<li>{}</li>", count_other_texts(others))
        return format_html('<ul class="library__uses">{}</ul>', rows) if rows else _("Nowhere yet.")

    # Saving and deleting

    def save_model(self, request: HttpRequest, obj: Image, form: ImageForm, change: bool) -> None:
        if not change:
            obj.uploaded_by = as_staff(request).user
        try:
            with transaction.atomic():
                if change:
                    obj.lock()
                obj.save()
        except IntegrityError:  # the same file was sent twice at once, as a double click does
            obj.pk = Image.objects.get(sha256=obj.sha256).pk
            obj.refresh_from_db()  # with the first one's file: that of the second is deleted
        if change and form.has_changed():  # the credit is shown in texts, and all of it with a cover
            rerender_texts(obj)

    def response_add(self, request: HttpRequest, obj: Image, post_url_continue: str | None = None) -> HttpResponse:
        """Redirect to the picture's own page, which has the line to copy."""
        if "_addanother" in request.POST or IS_POPUP_VAR in request.POST:
            return super().response_add(request, obj, post_url_continue)
        self.message_user(request, _("The image is in the library. Copy its line into your text."), messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:blog_image_change", args=[obj.pk]))

    def describe_deletion(self, request: HttpRequest, rows: list[Image], context: dict[str, Any]) -> dict[str, Any]:
        """Also where they are used: these texts do not show them meanwhile."""
        described = super().describe_deletion(request, rows, context)
        uses = [self.describe_use(request, image) for image in rows[:MAX_NAMED_TEXTS] if image.uses.exists()]
        return {**described, "consequences": [*uses, *described["consequences"]]}

    def describe_use(self, request: HttpRequest, image: Image) -> str:
        texts, others = texts_using_image(image, request)
        places = [_("“%s”") % title for _url, title in texts] + ([count_other_texts(others)] if others else [])
        sentence = _("“%(image)s” is used in %(places)s, and is not shown there until it is restored.")
        return sentence % {"image": image, "places": get_text_list(places, _("and"))}

    # In the editor

    def get_urls(self) -> list[URLPattern]:
        own = [("dialog/", self.dialog, "blog_image_dialog"), ("upload/", self.upload, "blog_image_upload")]
        return [*(path(where, self.admin_site.admin_view(view), name=name) for where, view, name in own),
                *super().get_urls()]  # fmt: skip

    @method_decorator(require_safe)
    def dialog(self, request: HttpRequest) -> HttpResponse:
        """The fragment that static/js/image-upload.js opens: the upload form, and pictures to choose from."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        query = request.GET.get("q", "").replace("\0", "")
        results, _may_repeat = self.get_search_results(request, Image.objects.order_by("-pk"), query)
        offered = results.prefetch_related("renditions")[:MAX_OFFERED_IMAGES]
        context = {"form": ImageUploadForm(auto_id="picture-%s"), "offered": offered, "words": query}
        return TemplateResponse(request, "admin/blog/image/dialog.html", context)

    @method_decorator(require_POST)
    def upload(self, request: HttpRequest) -> HttpResponse:
        """Store one picture. Answers 200 with the line for the text, or a status from 400 on with the errors."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = ImageUploadForm(request.POST, request.FILES)
        if form.is_valid():
            image = form.save(commit=False)
            self.save_model(request, image, form, change=False)
            self.log_addition(request, image, [{"added": {}}])
            return insertion_response(image, form, _("The image has been added to the text."))
        if form.known and set(form.errors) == {"upload"}:
            message = _("The image is in the text. The library had it already, and its credit there stays the same.")
            return insertion_response(form.known, form, message)
        status = next(
            (UPLOAD_ERROR_STATUS[code] for code in UPLOAD_ERROR_STATUS if form.has_error("upload", code)), 400
        )
        if form.known:  # no error: the picture is used once the description is right
            del form.errors["upload"]
        return JsonResponse({"errors": form.errors}, status=status)


def may_change_image(request: HttpRequest, image: Image | None) -> bool:
    return image is None or can_edit_all(request) or image.uploaded_by_id == request.user.pk


def insertion_response(image: Image, form: ImageUploadForm, message: str) -> JsonResponse:
    """The line for the text, with the description typed just now: it is about the picture in this place."""
    data = form.cleaned_data
    line = embeds.image_markdown(image.file.url, alt=data["alt"], caption=data["caption"])
    return JsonResponse({"markdown": line, "said": message})


def texts_using_image(image: Image, request: HttpRequest) -> tuple[list[tuple[str, str]], int]:
    """(address in the admin, title) of the texts with `image` that this person may open; how many others there are."""
    user = as_staff(request).user
    posts = Post.objects.editable_by(user).filter(image_uses__image=image).order_by("-pk")
    pages = Page.objects.filter(image_uses__image=image) if user.has_perm("blog.view_page") else Page.objects.none()
    profiles = Author.objects.editable_by(user).filter(image_uses__image=image)
    kinds = [("post", "%s", posts.values_list("pk", "title")), ("page", "%s", pages.values_list("pk", "title")),
             ("author", _("Profile of %s"), profiles.values_list("pk", "name"))]  # fmt: skip
    links = [
        (reverse(f"admin:blog_{kind}_change", args=[pk]), label % title)
        for kind, label, texts in kinds
        for pk, title in texts[:MAX_NAMED_TEXTS]
    ]
    return links, image.uses.count() - len(links)


def count_other_texts(count: int) -> str:
    return ngettext("%d more text", "%d more texts", count) % count
