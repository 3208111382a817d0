"""Every model and field that the admin shows has a name that can be translated."""

import pytest
from django.contrib import admin
from django.db.models import Field
from django.test import Client
from django.utils.functional import Promise

from tests import factories

OUR_MODELS = [model for model in admin.site._registry if model._meta.app_label in {"blog", "comments", "transfer"}]


def shown_fields(model) -> list[Field]:
    """The fields that the admin of this model shows, in lists or forms. Its own `id` has no field there."""
    model_admin = admin.site._registry[model]
    fields = [field for field in model._meta.fields + model._meta.many_to_many if not field.auto_created]
    groups = [options["fields"] for _name, options in model_admin.fieldsets or ()]
    names = {name for group in groups for part in group for name in ([part] if isinstance(part, str) else part)}
    names |= {*model_admin.list_display, *model_admin.readonly_fields, *(model_admin.fields or ())}
    names |= {name for name in model_admin.list_filter if isinstance(name, str)}
    if not model_admin.fields and not model_admin.fieldsets:
        names |= {field.name for field in fields if field.editable}
    return [field for field in fields if field.name in names]


@pytest.mark.parametrize("model", OUR_MODELS, ids=lambda model: model.__name__)
def test_every_model_and_field_that_the_admin_shows_has_a_name_to_translate(model):
    options = ("verbose_name", "verbose_name_plural")
    bare = [option for option in options if not isinstance(getattr(model._meta, option), Promise)]
    bare += [field.name for field in shown_fields(model) if not isinstance(field.verbose_name, Promise)]
    assert not bare, "give these a verbose_name"


def inlines() -> list[type[admin.options.InlineModelAdmin]]:
    return [inline for model in OUR_MODELS for inline in admin.site._registry[model].inlines]


@pytest.mark.parametrize("inline", inlines(), ids=lambda inline: inline.__name__)
def test_every_field_in_a_table_below_another_form_has_a_name_to_translate(inline):
    names = {*(inline.fields or ()), *inline.readonly_fields}
    fields = [field for field in inline.model._meta.fields if field.name in names]
    assert fields
    bare = [field.name for field in fields if not isinstance(field.verbose_name, Promise)]
    assert not bare, "give these a verbose_name"


@pytest.mark.django_db
def test_the_admin_in_russian_names_models_and_fields_in_russian():
    client = Client()
    client.force_login(factories.user("mona", group="Editor"))
    client.cookies["language"] = "ru"
    html = client.get("/admin/blog/post/add/").text
    assert "Заголовок" in html
    assert "Записи" in client.get("/admin/").text
