"""Pictures that stand in profiles already: known from here on, and so kept from being deleted."""

from django.db import migrations

from blog import figures


def follow(apps, editor):
    Author, Image, ImageUse = (apps.get_model("blog", name) for name in ("Author", "Image", "ImageUse"))
    for pk, bio in Author.objects.filter(bio__contains="/media/images/").values_list("pk", "bio"):
        found = Image.objects.filter(name__in=figures.names(bio)).values_list("pk", flat=True)
        ImageUse.objects.bulk_create(ImageUse(image_id=image, author_id=pk) for image in found)


def forget(apps, editor):
    """The rule of before knows no such uses."""
    apps.get_model("blog", "ImageUse").objects.filter(author__isnull=False).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0014_image_uses_in_profiles"),
    ]

    operations = [
        migrations.RunPython(follow, forget),
    ]
