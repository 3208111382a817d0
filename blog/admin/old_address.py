"""Old addresses: where they lead, one by one or as a file."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from blog.admin.base import StaffAdmin
from blog.admin.retry import retry_on_conflict
from blog.editing.any_model import ModelAdmin
from blog.models import AddressMiss, OldAddress
from blog.models.old_address import ROW_TARGETS
from blog.old_addresses.csv_file import MAX_CSV_CHARACTERS, CsvPlan, csv_rows, decode_csv, read_csv, store_csv
from blog.old_addresses.forms import OldAddressForm
from blog.text.validators import is_pk

BAD_REQUEST = 400
# The part of the address of the form for a new one that names a missing address.
MISS = "miss"
# Lines and faults that the page about a file shows.
MAX_SHOWN = 200
# Of what rows lead to, what their addresses are made of.
TARGET_COLUMNS = (
    *("post__slug", "post__published_on", "post__published_at", "post__status", "post__visibility"),
    *("page__slug", "page__is_trashed", "tag__slug", "tag__is_trashed", "author__slug"),
    *("image__file", "image__is_trashed", "media_file__file"),
)


class OriginFilter(admin.SimpleListFilter):
    title = gettext_lazy("where it comes from")
    parameter_name = "origin"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, str]]:
        return [("typed", _("added here")), ("import", _("an import"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[OldAddress]) -> QuerySet[OldAddress]:
        if self.value() == "typed":
            return queryset.filter(source="")
        return queryset.exclude(source="") if self.value() == "import" else queryset


class Echo:
    """A file for `csv.writer` that hands back what is written."""

    def write(self, text: str) -> str:
        return text


@admin.register(OldAddress)
class OldAddressAdmin(StaffAdmin):
    """What somebody adds or changes here belongs to nobody's import from then on."""

    form = OldAddressForm
    list_display = ["path", "leads_to", "code", "origin"]
    list_filter = [OriginFilter, "code"]
    search_fields = ["path", "address", "post__title", "page__title", "tag__name", "author__name"]
    search_help_text = gettext_lazy("Search old and new addresses, and titles.")
    fields = ["path", "leads_to", "post", "page", "code", "with_below"]
    autocomplete_fields = ["post"]  # pages are few
    is_added_in_a_row = True
    change_list_template = "admin/blog/oldaddress/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        views: list[tuple[str, Any]] = [("import", import_view), ("export", export_view)]
        own = [
            path(
                f"{name}/",
                self.admin_site.admin_view(partial(view, address_admin=self)),
                name=f"blog_oldaddress_{name}",
            )
            for name, view in views
        ]
        return [*own, *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[OldAddress]:
        own = (field.name for field in OldAddress._meta.concrete_fields)
        return super().get_queryset(request).select_related(*ROW_TARGETS).only(*own, *TARGET_COLUMNS)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The missing address from whose row in the list somebody came."""
        pk = request.GET.get(MISS, "")
        miss = AddressMiss.objects.filter(pk=pk).first() if is_pk(pk) else None
        return {"path": miss.path} if miss else {}

    def save_model(self, request: HttpRequest, obj: OldAddress, form: Any, change: bool) -> None:
        obj.source = ""
        super().save_model(request, obj, form, change)
        AddressMiss.objects.filter(path=obj.path).delete()

    @admin.display(description=gettext_lazy("leads to"))
    def leads_to(self, row: OldAddress) -> SafeString:
        address = row.target_address
        return format_html('<bdi dir="ltr">{}</bdi>', address) if address else format_html("{}", "–")

    @admin.display(description=gettext_lazy("where it comes from"), ordering="source")
    def origin(self, row: OldAddress) -> str:
        return row.source or _("added here")

    def view_on_site(self, row: OldAddress) -> str | None:
        return None


@require_http_methods(["GET", "HEAD", "POST"])
def import_view(request: HttpRequest, *, address_admin: OldAddressAdmin) -> HttpResponse:
    """Ask for a file; show what it would change, or what is wrong with it; store it when that was confirmed."""
    if not (address_admin.has_add_permission(request) and address_admin.has_change_permission(request)):
        raise PermissionDenied
    if request.method != "POST":
        return render_import(request, address_admin)
    try:
        text = submitted_csv(request)
    except ValidationError as error:
        return render_import(request, address_admin, error=error.messages[0])
    if "confirmed" not in request.POST:
        return render_import(request, address_admin, plan=read_csv(text), text=text)
    plan = retry_on_conflict(partial(store_csv, text))
    if plan.faults:  # something has changed since it was shown
        return render_import(request, address_admin, plan=plan, text=text)
    AddressMiss.objects.filter(path__in=[change.row.path for change in plan.changes]).delete()
    count = len(plan.changes)
    sentence = ngettext("%d redirect was stored.", "%d redirects were stored.", count) % count
    address_admin.message_user(request, sentence, messages.SUCCESS)
    return HttpResponseRedirect(reverse("admin:blog_oldaddress_changelist"))


def submitted_csv(request: HttpRequest) -> str:
    """The text of the file, or what was typed; raises ValidationError."""
    file = request.FILES.get("file")
    if file is None:
        return request.POST.get("lines", "")
    if (file.size or 0) > 4 * MAX_CSV_CHARACTERS:
        raise ValidationError(_("The file is too large. Split it into several."))
    return decode_csv(file.read())


def render_import(
    request: HttpRequest,
    address_admin: OldAddressAdmin,
    *,
    plan: CsvPlan | None = None,
    text: str = "",
    error: str = "",
) -> HttpResponse:
    is_wrong = bool(error or (plan and plan.faults))
    shown = {"changes": plan.changes[:MAX_SHOWN], "faults": plan.faults[:MAX_SHOWN]} if plan else {}
    hidden = {name: max(0, len(getattr(plan, name)) - MAX_SHOWN) for name in ("changes", "faults")} if plan else {}
    context = {"plan": plan, "text": text, "error": error, "hidden": hidden, **shown}
    status = BAD_REQUEST if is_wrong else 200
    return address_admin.render_page(
        request, "oldaddress/import", title=_("Import redirects"), status=status, **context
    )


@require_safe
def export_view(request: HttpRequest, *, address_admin: OldAddressAdmin) -> StreamingHttpResponse:
    """All old addresses as a file that the import reads."""
    if not address_admin.has_view_permission(request):
        raise PermissionDenied
    writer = csv.writer(Echo())
    rows = address_admin.get_queryset(request).order_by("path").iterator(chunk_size=1_000)
    lines: Iterator[str] = (writer.writerow(cells) for cells in csv_rows(rows))
    disposition = 'attachment; filename="old-addresses.csv"'
    headers = {"Content-Disposition": disposition, "Cache-Control": "no-store"}
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)
