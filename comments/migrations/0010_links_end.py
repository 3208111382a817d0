from django.db import migrations, models


class Migration(migrations.Migration):
    """Links to an address end with the passes of its reader."""

    dependencies = [("comments", "0009_reading")]
    operations = [
        migrations.AddField(
            "reader",
            "ended_at",
            models.DateTimeField(editable=False, help_text="Links from before then prove nothing.", null=True),
        ),
    ]
