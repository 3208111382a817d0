"""The rows of the clock."""

from django.db import migrations


def wind(apps, schema_editor):
    for name in ("site", "talk"):
        apps.get_model("blog", "Clock").objects.get_or_create(name=name)


class Migration(migrations.Migration):
    dependencies = [("blog", "0001_initial")]
    operations = [migrations.RunPython(wind, migrations.RunPython.noop)]
