"""SQLite took no notice of an index of pinned posts alone, and read every post for the front page."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("blog", "0012_title")]

    operations = [
        migrations.RemoveIndex(model_name="post", name="post_pinned"),
        migrations.AddIndex(
            model_name="post",
            index=models.Index(fields=["is_pinned", "status", "-published_at"], name="post_pinned"),
        ),
    ]
