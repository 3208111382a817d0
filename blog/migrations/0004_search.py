from django.db import migrations, models

from blog.search import postgres, sqlite


def order_by_bytes(apps, editor):
    """Words with one beginning stand side by side in the index, whatever the language of the database."""
    if editor.connection.vendor == "postgresql":
        for column in ("word", "backwards"):
            editor.execute(f'ALTER TABLE blog_searchword ALTER COLUMN {column} TYPE varchar(64) COLLATE "C"')


def engine(editor):
    return postgres if editor.connection.vendor == "postgresql" else sqlite


def create(apps, editor):
    with editor.connection.cursor() as cursor:
        engine(editor).create(cursor)


def drop(apps, editor):
    with editor.connection.cursor() as cursor:
        engine(editor).drop(cursor)


class Migration(migrations.Migration):
    dependencies = [("blog", "0003_author_names")]
    operations = [
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=8)),
                ("of", models.PositiveBigIntegerField(help_text="The number of the post, page or comment.")),
                (
                    "version",
                    models.PositiveIntegerField(default=0, help_text="Of the text: entries of another are not found."),
                ),
                ("at", models.DateTimeField()),
                ("keys", models.TextField()),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("kind", "of"), name="search_entry_is_one")]},
        ),
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                ("word", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("backwards", models.CharField(db_index=True, max_length=64)),
            ],
        ),
        migrations.RunPython(order_by_bytes, migrations.RunPython.noop),
        migrations.RunPython(create, drop),
    ]
