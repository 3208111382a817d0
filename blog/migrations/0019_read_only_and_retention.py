"""The owner's switch for read-only mode, how long personal data is kept, and what the privacy page was made of."""

import blog.text.validators
import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('blog', '0018_mention_count'),
    ]

    operations = [
        migrations.AddField(
            model_name='site',
            name='address_days',
            field=models.PositiveIntegerField(db_default=90, default=90, help_text='After so many days the network address of a comment is shortened to its neighbourhood (192.0.2.0), and the names of browsers are deleted; 0 to keep them for ever.', validators=[django.core.validators.MaxValueValidator(36500)], verbose_name='days that network addresses are kept'),
        ),
        migrations.AddField(
            model_name='site',
            name='privacy_facts',
            field=models.CharField(blank=True, db_default='', default='', editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name='site',
            name='read_only',
            field=models.BooleanField(db_default=False, default=False, help_text='For the day when the blog ends: everything can be read, and nothing can be written any more, by readers or by you. An administrator can switch it off again.', verbose_name='read-only mode'),
        ),
        migrations.AddField(
            model_name='site',
            name='read_only_words',
            field=models.CharField(blank=True, db_default='', default='', help_text='One sentence of yours, shown at the top of every page. It may be left empty.', max_length=300, validators=[blog.text.validators.validate_single_line], verbose_name='what readers are told'),
        ),
        migrations.AddField(
            model_name='site',
            name='token_days',
            field=models.PositiveIntegerField(db_default=90, default=90, help_text='A browser that was not seen for so many days is signed out, and what is stored of it is deleted; 0 for 400 days, the longest that browsers keep a cookie.', validators=[django.core.validators.MaxValueValidator(36500)], verbose_name='days that readers stay signed in'),
        ),
    ]
