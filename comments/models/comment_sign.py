"""The index of signs, by which comments from one hand find each other; and what moderators have parted from others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import timedelta
from itertools import batched, chain

from django.conf import settings
from django.db import connection, models, transaction
from django.utils import timezone

from comments.families.signs import FIRST_OTHER_KIND, SignKind, SignSource, find_signs, first_key
from comments.models.comment import Comment

# A hand comes back within weeks; what is older is not looked for, and the index does not grow for ever.
SIGN_DAYS = 180
# Comments whose signs are deleted in one transaction.
DELETION_BATCH = 200
# Comments looked at for one key, the newest: whoever sends more is found by these.
MAX_BEARERS = 60
# Comments looked up in one query: databases limit the parameters of a statement.
LOOKUP_BATCH = 900
# By hand: the ORM would take longer to write it than the database to store it.
INSERT = "INSERT INTO comments_commentsign (key, comment_id) VALUES ROWS ON CONFLICT DO NOTHING"
# The telling keys of some comments, and of each key its newest bearers, a search in the index however many there are.
SHARING = """
    WITH own AS MATERIALIZED (
        SELECT key, comment_id FROM comments_commentsign AS sign
        WHERE comment_id IN (COMMENTS) AND key < %s
        AND NOT EXISTS (SELECT 1 FROM comments_partedcomment AS parted WHERE parted.comment_id = sign.comment_id)
    ),
    bounds AS MATERIALIZED (
        SELECT key, coalesce((
            SELECT comment_id FROM comments_commentsign AS older WHERE older.key = wanted.key
            ORDER BY comment_id DESC LIMIT 1 OFFSET %s
        ), 0) AS first FROM (SELECT DISTINCT key FROM own) AS wanted
    )
    SELECT key, comment_id FROM own
    UNION ALL SELECT sign.key, sign.comment_id FROM bounds
    JOIN comments_commentsign AS sign ON sign.key = bounds.key AND sign.comment_id >= bounds.first
"""


class CommentSignQuerySet(models.QuerySet["CommentSign"]):
    def add(self, comment: int, keys: Collection[int]) -> None:
        """Store the keys of a comment, in one statement."""
        self.add_all((key, comment) for key in keys)

    def add_all(self, rows: Iterable[tuple[int, int]]) -> None:
        """Store these keys, each with its comment, in one statement."""
        values = list(chain.from_iterable(rows))
        if values:
            with connection.cursor() as cursor:
                cursor.execute(INSERT.replace("ROWS", ", ".join(["(%s, %s)"] * (len(values) // 2))), values)

    def replace_text(self, comment: Comment) -> None:
        """Replace the signs of a comment's text after an edit, if it has signs at all."""
        rows = self.filter(comment=comment)
        if not rows.exists():
            return
        rows.filter(key__lt=first_key(SignKind.RHYTHM)).delete()
        source = SignSource(body=comment.body, html=comment.html, website=comment.website)
        self.add(comment.pk, find_signs(source))

    def bearers(self, comments: Iterable[int]) -> dict[int, set[int]]:
        """By each telling key of these comments, those that bear it: of these all, of others the newest.

        Those that a moderator has parted have none. One query for nine hundred comments.
        """
        found: dict[int, set[int]] = defaultdict(set)
        for batch in batched(comments, LOOKUP_BATCH):
            with connection.cursor() as cursor:
                statement = SHARING.replace("COMMENTS", ", ".join(["%s"] * len(batch)))
                cursor.execute(statement, [*batch, first_key(FIRST_OTHER_KIND), MAX_BEARERS - 1])
                for key, comment in cursor.fetchall():
                    found[key].add(comment)
        return found

    def other_keys(self, comments: Collection[int]) -> dict[int, set[int]]:
        """The keys of these comments by which no other is looked up."""
        keys: dict[int, set[int]] = defaultdict(set)
        rows = self.filter(comment__in=comments, key__gte=first_key(FIRST_OTHER_KIND))
        for comment, key in rows.values_list("comment", "key"):
            keys[comment].add(key)
        return keys

    def forget(self, comments: Collection[int]) -> None:
        """Delete all that tells from which hand these comments came."""
        self.filter(comment__in=comments).delete()
        PartedComment.objects.filter(comment__in=comments).delete()

    @transaction.atomic
    def delete_expired(self) -> int:
        """Delete the signs of some of the oldest comments, if those are old enough; returns how many comments."""
        oldest = list(self.order_by("comment").values_list("comment", flat=True).distinct()[:DELETION_BATCH])
        limit = timezone.now() - timedelta(SIGN_DAYS)
        old = list(Comment.objects.filter(pk__in=oldest, created_at__lt=limit).values_list("pk", flat=True))
        if old:
            self.forget(old)
        return len(old)


class CommentSign(models.Model):
    """One sign of a comment (see comments/families/signs.py)."""

    pk = models.CompositePrimaryKey("key", "comment")
    key = models.BigIntegerField()
    comment = models.ForeignKey(Comment, models.CASCADE, related_name="signs")

    objects = CommentSignQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.comment_id}: {self.key}"


class PartedComment(models.Model):
    """A comment of which a moderator has said that it is not from the hand to which its signs point."""

    comment = models.OneToOneField(Comment, models.CASCADE, primary_key=True, related_name="parted")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"parted {self.comment_id}"
