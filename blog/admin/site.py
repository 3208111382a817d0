"""The Site page: name, language, look, links and rules for everyone, with the history of their changes."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.core.files.storage import default_storage
from django.db.models import Model, QuerySet
from django.forms import Script, modelformset_factory
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.admin.base import StaffAdmin
from blog.editing.any_model import TabularInline
from blog.editing.forms.site import MenuFormSet, MenuLinkForm, SiteForm
from blog.editing.page_drafts import CONTACT, RISK_NOTE, find_standing_page
from blog.models import MenuLink, Site
from blog.models.clock import SITE_PK
from blog.models.menu import HOUSE_RULES, TERMS

# The longest value that the history shows.
MAX_SHOWN = 80


class MenuLinkInline(TabularInline):
    """The links of both places. Not rows of the site's row, which may not be stored yet: hence a formset of its own."""

    model = MenuLink
    fields = ["place", "position", "target", "address", "label"]
    checks_class = admin.checks.BaseModelAdminChecks
    verbose_name_plural = gettext_lazy("Menu and footer (choose “—” to remove a link)")

    def get_formset(self, request: HttpRequest, obj: Model | None = None, **kwargs: Any) -> Any:
        return modelformset_factory(MenuLink, form=MenuLinkForm, formset=MenuFormSet, can_delete=True)

    def get_queryset(self, request: HttpRequest) -> QuerySet[MenuLink]:
        return MenuLink.objects.select_related("page", "tag")

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.has_perm("blog.change_site")

    has_add_permission = has_change_permission = has_view_permission

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Site)
class SiteAdmin(StaffAdmin):
    """Its only row, opened directly."""

    form = SiteForm
    inlines = [MenuLinkInline]
    readonly_fields = [
        "logo_shown",
        "icon_shown",
        "no_link_cards",
        "comment_rules",
        "terms_page",
        "house_rules_page",
        "contact_page",
        "risk_note",
        "privacy_page",
        "read_only_state",
        "environment",
    ]

    class Media:
        css = {"all": ["css/site-page.css"]}
        js = [Script("js/time-zone.js", defer=True)]

    def get_fieldsets(self, request: HttpRequest, obj: Site | None = None) -> Any:
        site = obj or Site.get()
        logo = ["logo_shown", "new_logo", "drops_logo"] if site.logo else ["new_logo"]
        icon = ["icon_shown", "new_icon", "drops_icon"] if site.icon else ["new_icon"]
        sender = [] if "MAIL_FROM" in settings.SET_BY_ENVIRONMENT else ["sender"]
        return [
            (None, {"fields": ["name", "tagline", "language", "time_zone"]}),
            (_("Look"), {"fields": [*logo, "logo_has_name", *icon, "accent"]}),
            (_("In the footer"), {"fields": ["social_links"]}),
            (_("Reproducing the texts"), {"fields": ["licence", "licence_words", "terms_page"]}),
            (_("Links"), {"fields": ["link_cards"] if settings.LINK_CARDS else ["no_link_cards"]}),
            (_("Comments"), {"fields": ["comment_rules", "house_rules_page", "contact_page", "risk_note"]}),
            (_("Personal data"), {"fields": ["address_days", "token_days", "email_days", "privacy_page"]}),
            (_("When the blog ends"), {"fields": ["read_only_state"]}),
            (_("Accounts and email"), {"fields": ["second_factor_roles", *sender]}),
            (_("Alarms"), {"fields": ["queue_hours"]}),
            (_("Set on the server"), {"fields": ["environment"]}),
        ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        return Site.get() if object_id == str(SITE_PK) else super().get_object(request, object_id, from_field)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_view_or_change_permission(request):
            return super().changelist_view(request, extra_context)
        return HttpResponseRedirect(reverse("admin:blog_site_change", args=[SITE_PK]))

    def response_post_save_change(self, request: HttpRequest, obj: Site) -> HttpResponseRedirect:
        return HttpResponseRedirect(reverse("admin:blog_site_change", args=[SITE_PK]))

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        """Each change with what it was: the history of a site is looked up after years."""
        lines = []
        for name in form.changed_data:
            label = form.fields[name].label
            old, new = form.initial.get(name, form.fields[name].initial), form.cleaned_data.get(name)
            lines.append(f"{label}: {shown_value(old)} → {shown_value(new)}")
        for formset in formsets:
            if formset.new_objects or formset.changed_objects or formset.deleted_objects:
                lines.append(_("Menu and footer changed"))
        return "; ".join(lines) or _("Nothing changed")

    # What is shown

    @admin.display(description=gettext_lazy("Logo"))
    def logo_shown(self, site: Site) -> SafeString:
        return picture(site.logo)

    @admin.display(description=gettext_lazy("Icon"))
    def icon_shown(self, site: Site) -> SafeString:
        return picture(site.icon)

    @admin.display(description=gettext_lazy("Cards for links"))
    def no_link_cards(self, site: Site) -> str:
        return _("Turned off on the server (LINK_CARDS).")

    @admin.display(description=gettext_lazy("Rules"))
    def comment_rules(self, site: Site) -> SafeString:
        address = reverse("admin:comments_policy_changelist")
        return format_html('<a href="{}">{}</a>', address, _("How comments are handled"))

    @admin.display(description=gettext_lazy("Terms of use"))
    def terms_page(self, site: Site) -> SafeString:
        return standing_page_link(TERMS)

    @admin.display(description=gettext_lazy("House rules"))
    def house_rules_page(self, site: Site) -> SafeString:
        return standing_page_link(HOUSE_RULES)

    @admin.display(description=gettext_lazy("Contact"))
    def contact_page(self, site: Site) -> SafeString:
        return standing_page_link(CONTACT)

    @admin.display(description=gettext_lazy("Note on risks"))
    def risk_note(self, site: Site) -> SafeString:
        return standing_page_link(RISK_NOTE)

    @admin.display(description=gettext_lazy("Privacy page"))
    def privacy_page(self, site: Site) -> SafeString:
        words = _("Draft of what this site stores")
        return format_html('<a href="{}">{}</a>', reverse("admin:privacy_page"), words)

    @admin.display(description=gettext_lazy("Read-only mode"))
    def read_only_state(self, site: Site) -> SafeString:
        state = _("on") if site.read_only else _("off")
        return format_html('{}: <a href="{}">{}</a>', state, reverse("admin:read_only"), _("switch it"))

    @admin.display(description=gettext_lazy("Environment"))
    def environment(self, site: Site) -> SafeString:
        """What only whoever runs the site can change, with the name of each variable."""
        mail = settings.MAIL["OPTIONS"]["host"] if settings.MAIL else _("none: emails are written to files")
        lines = [("SITE_URL", settings.SITE_URL), ("EMAIL_URL", mail), ("SEARCH_LANGUAGE", settings.SEARCH_LANGUAGE)]
        if "MAIL_FROM" in settings.SET_BY_ENVIRONMENT:
            lines.append(("MAIL_FROM", settings.DEFAULT_FROM_EMAIL))
        return format_html('<ul class="environment">{}</ul>', format_html_join("", "<li>{}: {}</li>", lines))


def standing_page_link(slug: str) -> SafeString:
    """To the page in the admin, or to the form of a new one with our draft words."""
    if page := find_standing_page(slug):
        changed = reverse("admin:blog_page_change", args=[page.pk])
        url = reverse("admin:blog_trashentry_changelist") if page.is_trashed else changed
        return format_html('<a href="{}">{}</a>', url, page.title)
    url = reverse("admin:blog_page_add", query={"draft": slug})
    return format_html('<a href="{}">{}</a>', url, _("There is none yet. Begin with our draft"))


def picture(file: str) -> SafeString:
    return format_html('<img class="site-picture" src="{}" alt="">', default_storage.url(file))


def shown_value(value: Any) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value or "")
    return f"“{text[:MAX_SHOWN]}”"
