"""What looks like an author's name: a column of its own, which the index finds."""

from django.db import migrations, models

import blog.models.derived
from blog.names import name_key


def fold(apps, editor):
    Author = apps.get_model("blog", "Author")
    for pk, name in Author.objects.values_list("pk", "name").iterator():
        Author.objects.filter(pk=pk).update(name_key=name_key(name))


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0002_slow_mode"),
    ]

    operations = [
        migrations.AddField(
            model_name="author",
            name="name_key",
            field=blog.models.derived.DerivedField(),
        ),
        migrations.AddIndex(
            model_name="author",
            index=models.Index(fields=["name_key"], name="author_name"),
        ),
        migrations.RunPython(fold, migrations.RunPython.noop),
    ]
