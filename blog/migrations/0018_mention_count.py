"""Count the mentions of posts and pages, so that only those with any ask for them."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('blog', '0017_old_addresses'),
    ]

    operations = [
        migrations.AddField(
            model_name='conversation',
            name='mention_count',
            field=models.PositiveIntegerField(db_default=0, default=0, help_text='Pages elsewhere that mention the subject, as shown under it.'),
        ),
    ]
