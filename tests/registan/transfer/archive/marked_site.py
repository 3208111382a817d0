"""Fills the database that the environment names with a row in every table, and marks what no reader may see.

python -m tests.registan.transfer.archive.marked_site
"""

import os

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection

# In every text that must stay out of the public part.
MARK = "Zarafshan-private-mark"
IMAGE_BYTES = b"\xff\xd8\xff" + b"x" * 200_000


def fill_marked_site() -> None:
    from django.core.files.base import ContentFile
    from django.core.files.storage import default_storage

    from blog.models import Page, Post
    from comments.models import Comment, Message
    from comments.status import Status, Via
    from tests import factories
    from tests.registan.upgrade.filled_site import fill

    fill()
    post = Post.objects.get(slug="ten-past-four")
    factories.user(f"owner-{MARK}", is_superuser=True)
    factories.post(f"Secret {MARK}", body=MARK, visibility="password", password_hash=f"pbkdf2${MARK}")
    factories.post(f"Unlisted {MARK}", body=MARK, visibility="unlisted")
    factories.scheduled(title=f"Later {MARK}", body=MARK)
    factories.draft(title=f"Draft {MARK}", body=MARK)
    Page.objects.create(title=f"Gone {MARK}", slug="gone", body=MARK, is_trashed=True)
    for status in (Status.PENDING, Status.SPAM, Status.WITHDRAWN, Status.REMOVED):
        factories.comment(post, status=status, name=f"Name {MARK}", email=f"{status}@{MARK}.example", body=MARK)
    removed = factories.comment(post, name=f"Removed {MARK}", body=MARK, website=f"https://{MARK}.example/")
    factories.comment(post, parent=removed, name="Olim", email=f"olim@{MARK}.example", body="I disagree.")
    factories.remove(removed, reason="It attacks a person.", note=MARK, via=Via.DESK, by=factories.user())
    for number in range(105):
        factories.comment(post, name=f"Reader {number}", body=f"Comment *{number}*.", address="192.0.2.77")
    Message.objects.create(key="waits", to="malika@example.net", subject="Waits", text=MARK)
    assert Comment.objects.filter(shown=True).exclude(status=Status.APPROVED).exists(), "no tombstone"
    default_storage.save("images/gate.jpg", ContentFile(IMAGE_BYTES))
    default_storage.save("files/draft.pdf", ContentFile(MARK.encode()))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.registan.server_settings")
    django.setup()
    call_command("migrate", verbosity=0)
    if connection.vendor == "sqlite":  # for others that are to be empty
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(settings.DATA_DIR / "empty.sqlite3")])
    fill_marked_site()
