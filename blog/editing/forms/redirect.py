"""The form of an old address."""

from __future__ import annotations

from itertools import chain

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from blog.models import Redirect
from blog.models.redirect import MAX_PATH_LENGTH, redirectable_models


class RedirectForm(forms.ModelForm):
    """A path of this site that shall lead to something: `tag/old` is taken as `/tag/old/`."""

    class Meta:
        model = Redirect
        fields = ["path"]
        help_texts = {"path": "A path of this site, such as /tag/old/."}

    def clean_path(self) -> str:
        path = f"/{self.cleaned_data['path'].strip().strip('/')}/"
        if any(sign in path for sign in "?#\\ ") or "//" in path:
            raise ValidationError(_("Give a path of this site, such as /tag/old/, without spaces and without ? or #."))
        if len(path) > MAX_PATH_LENGTH:
            raise ValidationError(_("This address is too long."))
        slug = path.strip("/").rpartition("/")[2]
        for one in chain.from_iterable(kind.objects.filter(slug=slug) for kind in redirectable_models()):
            if one.is_public and one.get_absolute_url() == path:
                raise ValidationError(_("“%s” lives at this address today.") % one)
        return path
