"""Count what each thread shows on its first comment, for the order by number of replies."""

from django.conf import settings
from django.db import migrations, models

# Comments in one statement: far within the time that a statement may take on PostgreSQL.
ROWS = 20_000
COUNT_THREADS = """
    UPDATE comments_comment SET thread_size = (
        SELECT COUNT(*) FROM comments_comment AS other
        WHERE other.post_id = comments_comment.post_id AND other.shown = true
            AND other.path >= comments_comment.path AND other.path < comments_comment.path || 'zzzzzzz'
    )
    WHERE parent_id IS NULL AND shown AND id BETWEEN %s AND %s
"""


def count_threads(apps, schema_editor):
    comments = apps.get_model("comments", "Comment").objects.using(schema_editor.connection.alias)
    last = comments.aggregate(last=models.Max("pk"))["last"] or 0
    with schema_editor.connection.cursor() as cursor:
        for first in range(1, last + 1, ROWS):
            cursor.execute(COUNT_THREADS, [first, first + ROWS - 1])


class Migration(migrations.Migration):

    dependencies = [
        ('blog', '0011_editorial_messages'),
        ('comments', '0005_public_page_of_readers'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='comment',
            name='thread_size',
            field=models.PositiveIntegerField(db_default=0, default=0, help_text='Comments and tombstones shown in the thread that it begins.'),
        ),
        migrations.RunPython(count_threads, migrations.RunPython.noop, elidable=True),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(condition=models.Q(('thread_size__gt', 0)), fields=['post', 'path', 'thread_size'], name='comment_newest'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(condition=models.Q(('thread_size__gt', 0)), fields=['post', '-thread_size', 'path'], name='comment_replied'),
        ),
    ]
