from itertools import batched
from secrets import token_urlsafe

from django.db import migrations
from django.db.models import F

AT_ONCE = 1_000


def introduce(apps, editor):
    """A reader for each address that comments came with, and the time of each comment's only known state.

    Folded here and not by lower(), which SQLite knows for ASCII alone: `Reader.of` has to find them again.
    """
    Comment, Reader = (apps.get_model("comments", name) for name in ("Comment", "Reader"))
    Comment.objects.update(decided_at=F("created_at"))
    sent = Comment.objects.exclude(email="").order_by("pk")
    first = {}
    for email, at in sent.values_list("email", "created_at").iterator():
        key = email.casefold()
        first[key] = min(at, first.get(key, at))
    new = [Reader(email=email, first_seen=at, pass_key=token_urlsafe(16)) for email, at in first.items()]
    Reader.objects.bulk_create(new, batch_size=AT_ONCE)
    readers = dict(Reader.objects.values_list("email", "pk"))
    for some in batched(sent.values_list("pk", "email").iterator(), AT_ONCE, strict=False):
        rows = [Comment(pk=pk, reader_id=readers[email.casefold()]) for pk, email in some]
        Comment.objects.bulk_update(rows, ["reader"])


class Migration(migrations.Migration):
    dependencies = [("comments", "0003_moderation")]
    operations = [migrations.RunPython(introduce, migrations.RunPython.noop)]
