"""What the desk calls our nouns and their columns, in the language of whoever sits there.

Django makes names of its own from the code, in English. They are put into words here, in one place, and not on each
field; a test sees that nothing which the admin shows is missing.
"""

from django.apps import apps
from django.utils import translation
from django.utils.translation import pgettext_lazy

NOUNS = (
    pgettext_lazy("noun", "author"),
    pgettext_lazy("noun", "authors"),
    pgettext_lazy("noun", "comment"),
    pgettext_lazy("noun", "comments"),
    pgettext_lazy("noun", "decision"),
    pgettext_lazy("noun", "decisions"),
    pgettext_lazy("noun", "message"),
    pgettext_lazy("noun", "messages"),
    pgettext_lazy("noun", "notice"),
    pgettext_lazy("noun", "notices"),
    pgettext_lazy("noun", "page"),
    pgettext_lazy("noun", "pages"),
    pgettext_lazy("noun", "policy"),
    pgettext_lazy("noun", "post"),
    pgettext_lazy("noun", "posts"),
    pgettext_lazy("noun", "reader"),
    pgettext_lazy("noun", "readers"),
    pgettext_lazy("noun", "reason"),
    pgettext_lazy("noun", "reasons"),
    pgettext_lazy("noun", "rule"),
    pgettext_lazy("noun", "rules"),
    pgettext_lazy("noun", "source"),
    pgettext_lazy("noun", "sources"),
    pgettext_lazy("noun", "tag"),
    pgettext_lazy("noun", "tags"),
)
COLUMNS = (
    pgettext_lazy("column", "account"),
    pgettext_lazy("column", "address"),
    pgettext_lazy("column", "at"),
    pgettext_lazy("column", "attempts"),
    pgettext_lazy("column", "author"),
    pgettext_lazy("column", "authors"),
    pgettext_lazy("column", "bio"),
    pgettext_lazy("column", "body"),
    pgettext_lazy("column", "by"),
    pgettext_lazy("column", "comment"),
    pgettext_lazy("column", "contact"),
    pgettext_lazy("column", "conversation"),
    pgettext_lazy("column", "created at"),
    pgettext_lazy("column", "description"),
    pgettext_lazy("column", "effect"),
    pgettext_lazy("column", "email"),
    pgettext_lazy("column", "epigraph"),
    pgettext_lazy("column", "epigraph source"),
    pgettext_lazy("column", "first seen"),
    pgettext_lazy("column", "from status"),
    pgettext_lazy("column", "given up"),
    pgettext_lazy("column", "ID"),
    pgettext_lazy("column", "kind"),
    pgettext_lazy("column", "last error"),
    pgettext_lazy("column", "name"),
    pgettext_lazy("column", "next try at"),
    pgettext_lazy("column", "note"),
    pgettext_lazy("column", "often"),
    pgettext_lazy("column", "page"),
    pgettext_lazy("column", "parent"),
    pgettext_lazy("column", "path"),
    pgettext_lazy("column", "pattern"),
    pgettext_lazy("column", "photo"),
    pgettext_lazy("column", "place"),
    pgettext_lazy("column", "post"),
    pgettext_lazy("column", "post count"),
    pgettext_lazy("column", "proven at"),
    pgettext_lazy("column", "reason"),
    pgettext_lazy("column", "refused"),
    pgettext_lazy("column", "rule"),
    pgettext_lazy("column", "sent at"),
    pgettext_lazy("column", "slug"),
    pgettext_lazy("column", "standing"),
    pgettext_lazy("column", "status"),
    pgettext_lazy("column", "subject"),
    pgettext_lazy("column", "summary"),
    pgettext_lazy("column", "tag"),
    pgettext_lazy("column", "tags"),
    pgettext_lazy("column", "title"),
    pgettext_lazy("column", "to"),
    pgettext_lazy("column", "to status"),
    pgettext_lazy("column", "tries"),
    pgettext_lazy("column", "undoes"),
    pgettext_lazy("column", "updated at"),
    pgettext_lazy("column", "user"),
    pgettext_lazy("column", "via"),
    pgettext_lazy("column", "website"),
    pgettext_lazy("column", "words"),
    pgettext_lazy("column", "work"),
    pgettext_lazy("column", "year"),
)


def translate() -> None:
    """Give the models of both apps, and their fields, names that follow the language. Migrations do not see them."""
    with translation.override(None):
        nouns, columns = ({str(name): name for name in names} for names in (NOUNS, COLUMNS))
    for model in (one for label in ("blog", "comments") for one in apps.get_app_config(label).get_models()):
        for kind in ("verbose_name", "verbose_name_plural"):
            setattr(model._meta, kind, nouns.get(getattr(model._meta, kind), getattr(model._meta, kind)))
        for field in model._meta.fields + model._meta.many_to_many:
            field.verbose_name = columns.get(field.verbose_name, field.verbose_name)
