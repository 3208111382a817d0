"""Whatever the desk names, it names in the language of whoever sits there."""

import pytest
from django.contrib import admin
from django.test import Client
from django.utils.functional import Promise

from tests import factories


def ours():
    return [
        (model, one) for model, one in admin.site._registry.items() if model._meta.app_label in {"blog", "comments"}
    ]


def shown_columns(model, one) -> set[str]:
    """The names of the columns that the admin of this model shows, in lists or forms."""
    groups = [options["fields"] for _name, options in one.fieldsets or ()]
    named = {name for group in groups for part in group for name in ([part] if isinstance(part, str) else part)}
    named |= {*one.list_display, *one.readonly_fields, *(one.fields or ())}
    if not one.fields and not one.fieldsets:
        named |= {field.name for field in model._meta.fields + model._meta.many_to_many if field.editable}
    return named


@pytest.mark.parametrize(("model", "one"), ours(), ids=lambda value: getattr(value, "__name__", ""))
def test_every_noun_and_column_that_the_admin_shows_can_be_translated(model, one):
    bare = [
        kind for kind in ("verbose_name", "verbose_name_plural") if not isinstance(getattr(model._meta, kind), Promise)
    ]
    wanted = shown_columns(model, one)
    fields = [field for field in model._meta.fields + model._meta.many_to_many if field.name in wanted]
    bare += [field.verbose_name for field in fields if not isinstance(field.verbose_name, Promise)]
    assert not bare, "name these in registan/names.py"


@pytest.mark.django_db
def test_the_desk_of_a_russian_speaks_russian():
    client = Client()
    client.force_login(factories.user("mona", group="Editor"))
    client.cookies["language"] = "ru"
    html = client.get("/admin/blog/post/add/").text
    assert "Заголовок" in html
    assert "Записи" in client.get("/admin/").text
