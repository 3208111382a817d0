"""Store mentions, and let the database delete decisions that an import brought, if nobody made them here."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import blog.text.validators

# On SQLite the triggers are made again after every migration (comments/apps.py).
POSTGRES_SQL = [
    """
    CREATE OR REPLACE FUNCTION comments_decision_stands() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' THEN
            IF OLD.via = 'import' AND OLD.by_id IS NULL AND OLD.undoes_id IS NULL THEN
                RETURN OLD;
            END IF;
        END IF;
        RAISE EXCEPTION 'decisions are append-only';
    END $$
    """,
]
EARLIER_POSTGRES_SQL = [
    """
    CREATE OR REPLACE FUNCTION comments_decision_stands() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'decisions are append-only'; END $$
    """,
]


def let_go_of_imports(apps, editor):
    if editor.connection.vendor == 'postgresql':
        for statement in POSTGRES_SQL:
            editor.execute(statement)


def keep_all(apps, editor):
    if editor.connection.vendor == 'postgresql':
        for statement in EARLIER_POSTGRES_SQL:
            editor.execute(statement)


class Migration(migrations.Migration):

    dependencies = [
        ('blog', '0018_mention_count'),
        ('comments', '0014_old_numbers'),
    ]

    operations = [
        migrations.CreateModel(
            name='Mention',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=200, validators=[blog.text.validators.validate_single_line], verbose_name='title')),
                ('address', models.URLField(max_length=500, verbose_name='address')),
                ('excerpt', models.TextField(blank=True, max_length=500, validators=[blog.text.validators.validate_storable], verbose_name='excerpt')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='time')),
                ('is_shown', models.BooleanField(default=True, help_text='Readers see it.', verbose_name='shown')),
                ('conversation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='mentions', to='blog.conversation', verbose_name='conversation')),
            ],
            options={
                'verbose_name': 'mention',
                'verbose_name_plural': 'mentions',
                'ordering': ['-at', '-id'],
                'indexes': [models.Index(fields=['conversation', 'is_shown', '-at'], name='mention_shown')],
            },
        ),
        migrations.RunPython(let_go_of_imports, keep_all),
    ]
