"""The form by which an administrator uploads an export."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registan.transfer.content.fetch_files import is_host, plain_host
from registan.transfer.content.import_authors import UnknownByline, find_bylines
from registan.transfer.models import Run, UploadPart
from registan.transfer.models.import_source import normalize_home
from registan.transfer.wordpress.author_map import parse_author_map
from registan.transfer.wordpress.reader.refusals import RefusedExport

ENDINGS = (".xml", ".gz", ".zip", ".json", ".atom", ".csv", ".txt", ".db", ".sqlite", ".sqlite3")


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files of one form field, as a list."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[File[Any]]:
        files = list(data) if isinstance(data, list | tuple) else [data]
        return [super(ManyFilesField, self).clean(file, initial) for file in files or [None]]


class ImportUploadForm(forms.Form):
    """Which files, and what their owner knows of them."""

    export = ManyFilesField(
        label=gettext_lazy("Export"),
        widget=ManyFilesInput(attrs={"accept": ",".join(ENDINGS)}),
        help_text=gettext_lazy(
            "What WordPress, Ghost, Blogger, Substack, Disqus, Isso or Remark42 exports, all parts at once; or a .zip "
            "of the folder of a static site."
        ),
    )
    home = forms.URLField(
        label=gettext_lazy("Address of the old site"),
        required=False,
        assume_scheme="https",
        help_text=gettext_lazy("WordPress exports it. For other systems, give it."),
    )
    fetch = forms.BooleanField(
        label=gettext_lazy("Fetch pictures and files from the old site"),
        required=False,
        help_text=gettext_lazy("Exports only name them. Four a second at most are asked for, of one host alone."),
    )
    fetch_host = forms.CharField(
        label=gettext_lazy("Host of the pictures"),
        required=False,
        help_text=gettext_lazy("Only if it is another than that of the old site, such as example.files.wordpress.com."),
    )
    authors = forms.CharField(
        label=gettext_lazy("Authors"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "cols": 25, "dir": "auto"}),
        help_text=gettext_lazy("A line “login = byline” for each who has a byline here. The others get a new one."),
    )
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone of the old blog"),
        required=False,
        choices=[("", "–"), *((name, name) for name in sorted(available_timezones()))],
        help_text=gettext_lazy("For the few dates that have no time in GMT."),
    )

    def clean_export(self) -> list[File[Any]]:
        files: list[File[Any]] = self.cleaned_data["export"]
        if not all((file.name or "").lower().endswith(ENDINGS) for file in files):
            raise ValidationError(_("Choose files that end in %s.") % ", ".join(ENDINGS))
        if sum(file.size for file in files) > settings.MEDIA_MAX_MB * 1024 * 1024:
            sentence = _("Together these files are larger than %d MB. Use the command manage.py import_site.")
            raise ValidationError(sentence % settings.MEDIA_MAX_MB)
        return files

    def clean_fetch_host(self) -> str:
        host = plain_host(self.cleaned_data["fetch_host"].strip())
        if self.cleaned_data["fetch_host"].strip() and not is_host(host):
            raise ValidationError(_("Give a host such as old.example.org, without http:// and without a path."))
        return host

    def clean_home(self) -> str:
        return normalize_home(self.cleaned_data["home"])

    def clean_authors(self) -> dict[str, str]:
        try:
            author_map = parse_author_map(self.cleaned_data["authors"].splitlines())
            find_bylines(author_map)
        except (RefusedExport, UnknownByline) as error:
            raise ValidationError(str(error)) from error
        return author_map

    @transaction.atomic
    def save(self, *, by: User) -> Run:
        """Store the files for the worker; the form must be valid."""
        files, options = self.cleaned_data["export"], {"authors": self.cleaned_data["authors"]}
        options |= {name: self.cleaned_data[name] for name in ("time_zone", "home")}
        if self.cleaned_data["fetch"]:
            options["fetch_from"] = self.cleaned_data["fetch_host"]
        run = Run.objects.create(files=[[file.name] for file in files], options=options, by=by)
        UploadPart.objects.keep(run, files)
        return run
