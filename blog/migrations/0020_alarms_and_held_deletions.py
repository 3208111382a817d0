"""Alarms and what was told of them, deletions that wait for a person, and how long the record of emails is kept."""

import django.core.validators
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('blog', '0019_read_only_and_retention'),
    ]

    operations = [
        migrations.CreateModel(
            name='Alarm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=16, unique=True)),
                ('began_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('told_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('well_since', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('words', models.CharField(blank=True, max_length=1000)),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='HeldDeletion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=24, unique=True)),
                ('held_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('allowed_at', models.DateTimeField(null=True)),
                ('words', models.CharField(blank=True, max_length=300)),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.AddField(
            model_name='site',
            name='email_days',
            field=models.PositiveIntegerField(db_default=90, default=90, help_text='To whom an email was sent, when, its subject and what the mail server said; 0 to keep that for ever.', validators=[django.core.validators.MaxValueValidator(36500)], verbose_name='days that the record of emails is kept'),
        ),
        migrations.AddField(
            model_name='site',
            name='queue_hours',
            field=models.PositiveSmallIntegerField(db_default=72, default=72, help_text='When one has waited longer for a moderator, you get an alarm by email and webhook; 0 for none.', validators=[django.core.validators.MaxValueValidator(8760)], verbose_name='hours that a comment may wait'),
        ),
    ]
