"""The latest comments of one state: the site's feed of comments, and the admin's list of a state."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("comments", "0011_look")]

    operations = [
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(fields=["status", "created_at", "id"], name="comment_latest"),
        ),
    ]
