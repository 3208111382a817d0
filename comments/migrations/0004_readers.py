from django.db import migrations

KEY = {"sqlite": "lower(hex(randomblob(11)))", "postgresql": "substr(md5(random()::text), 1, 22)"}


def introduce(apps, editor):
    """A reader for each address that comments came with, and the time of each comment's only known state."""
    editor.execute(
        f"""
        INSERT INTO comments_reader (email, standing, pass_key, first_seen)
        SELECT lower(email), 'ordinary', {KEY[editor.connection.vendor]}, min(created_at)
        FROM comments_comment WHERE email <> '' GROUP BY lower(email)
        """  # noqa: S608
    )
    editor.execute(
        """
        UPDATE comments_comment SET decided_at = created_at,
            reader_id = (SELECT id FROM comments_reader WHERE comments_reader.email = lower(comments_comment.email))
        """
    )


class Migration(migrations.Migration):
    dependencies = [("comments", "0003_moderation")]
    operations = [migrations.RunPython(introduce, migrations.RunPython.noop)]
