"""What came since a moment under a post is found without reading its thread."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("comments", "0008_quotations")]

    operations = [
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(fields=["post", "status", "decided_at"], name="comment_news"),
        )
    ]
