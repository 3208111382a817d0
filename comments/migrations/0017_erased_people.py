"""Store who was erased and what each night shortened, and let the database erase the notes of decisions."""

from django.db import migrations, models

# On SQLite the triggers are made again after every migration (comments/apps.py).
POSTGRES_SQL = [
    """
    CREATE OR REPLACE FUNCTION comments_decision_stands() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' THEN
            IF OLD.via = 'import' AND OLD.by_id IS NULL AND OLD.undoes_id IS NULL THEN
                RETURN OLD;
            END IF;
        ELSIF TG_OP = 'UPDATE' THEN
            IF NEW.note IN (OLD.note, 'erased') AND NEW.reason IN (OLD.reason, 'erased')
                AND (NEW.note <> OLD.note OR NEW.reason <> OLD.reason)
                AND to_jsonb(NEW) - 'note' - 'reason' = to_jsonb(OLD) - 'note' - 'reason'
            THEN
                RETURN NEW;
            END IF;
        END IF;
        RAISE EXCEPTION 'decisions are append-only';
    END $$
    """,
]
EARLIER_POSTGRES_SQL = [
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


def let_notes_be_erased(apps, editor):
    if editor.connection.vendor == 'postgresql':
        for statement in POSTGRES_SQL:
            editor.execute(statement)


def keep_notes(apps, editor):
    if editor.connection.vendor == 'postgresql':
        for statement in EARLIER_POSTGRES_SQL:
            editor.execute(statement)


class Migration(migrations.Migration):

    dependencies = [
        ('comments', '0016_subscription_wishes'),
    ]

    operations = [
        migrations.CreateModel(
            name='ErasedComment',
            fields=[
                ('comment', models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                ('written_at', models.DateTimeField()),
                ('keeps_words', models.BooleanField(help_text='Its text stayed.')),
            ],
        ),
        migrations.CreateModel(
            name='RetentionNight',
            fields=[
                ('day', models.DateField(primary_key=True, serialize=False)),
                ('comments_until', models.PositiveBigIntegerField(default=0, help_text='The last comment that was looked at.')),
                ('addresses', models.PositiveIntegerField(default=0, help_text='Network addresses that were shortened.')),
                ('browsers', models.PositiveIntegerField(default=0, help_text='Names of browsers that were deleted.')),
                ('sessions', models.PositiveIntegerField(default=0, help_text='Sign-ins of readers that were ended.')),
                ('finished_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='ErasedAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('salt', models.CharField(max_length=32)),
                ('digest', models.CharField(max_length=64)),
                ('erased_at', models.DateTimeField(help_text='What came later was not erased.')),
                ('keeps_words', models.BooleanField(help_text="Published comments stayed, without their writer's name.")),
            ],
            options={
                'verbose_name': 'personal data',
                'verbose_name_plural': 'personal data',
                'permissions': [('manage_personal_data', 'Can export and erase personal data')],
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('salt', 'digest'), name='erased_address_once')],
            },
        ),
        migrations.RunPython(let_notes_be_erased, keep_notes),
    ]
