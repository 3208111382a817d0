"""The form of an old address."""

from __future__ import annotations

from itertools import chain

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.editing.any_model import ModelForm
from blog.models import Redirect
from blog.models.redirect import MAX_PATH_LENGTH, redirectable_models


class RedirectForm(ModelForm):
    """A path of this site that redirects somewhere; `tag/old` is taken as `/tag/old/`."""

    class Meta:
        model = Redirect
        fields = ["path"]
        help_texts = {
            "path": gettext_lazy(
                "A path on this site, such as /tag/old/. It and everything below it will redirect here."
            )
        }

    def clean_path(self) -> str:
        path = f"/{self.cleaned_data['path'].strip().strip('/')}/"
        if any(character in path for character in "?#\\ ") or "//" in path:
            raise ValidationError(_("Enter a path on this site, such as /tag/old/, without spaces, ? or #."))
        if len(path) > MAX_PATH_LENGTH:
            raise ValidationError(_("This address is too long."))
        slug = path.strip("/").rpartition("/")[2]
        for row in chain.from_iterable(model._default_manager.filter(Q(slug=slug)) for model in redirectable_models()):
            if row.is_public and row.get_absolute_url() == path:
                raise ValidationError(_("“%s” already has this address. Choose another.") % row)
        return path
