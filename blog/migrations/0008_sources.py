"""Whom and what posts quote; and old addresses of sources."""

import django.db.models.deletion
from django.db import migrations, models

import blog.text

TARGETS = ("post", "tag", "author", "page", "series", "source")


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0007_vain_searches"),
    ]

    operations = [
        migrations.CreateModel(
            name="Quotation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.CharField(choices=[("epigraph", "epigraph"), ("body", "text")], max_length=8)),
                ("number", models.PositiveIntegerField(help_text="Among the quotations of its post.")),
                ("locator", models.CharField(blank=True, max_length=80)),
                ("address", models.URLField(blank=True, max_length=500)),
                (
                    "passage",
                    models.CharField(
                        blank=True, help_text="The name of the quotation in the post's text.", max_length=32
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
            },
        ),
        migrations.CreateModel(
            name="Source",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("author", models.CharField(blank=True, max_length=150, validators=[blog.text.single_line])),
                ("work", models.CharField(blank=True, max_length=200, validators=[blog.text.single_line])),
                ("year", models.CharField(blank=True, max_length=20, validators=[blog.text.single_line])),
                ("slug", models.SlugField(max_length=100, unique=True)),
                ("sort", models.CharField(editable=False, help_text="Folded: the order of lists.", max_length=401)),
                ("post_count", models.PositiveIntegerField(default=0, editable=False)),
            ],
            options={
                "ordering": ["sort", "id"],
            },
        ),
        migrations.CreateModel(
            name="SourceKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=401, unique=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="oldaddress",
            name="old_address_has_one_target",
        ),
        migrations.AddField(
            model_name="quotation",
            name="post",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="quotations", to="blog.post"
            ),
        ),
        migrations.AddIndex(
            model_name="source",
            index=models.Index(fields=["sort", "id"], name="source_order"),
        ),
        migrations.AddField(
            model_name="quotation",
            name="source",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="quotations", to="blog.source"
            ),
        ),
        migrations.AddField(
            model_name="oldaddress",
            name="source",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="old_addresses",
                to="blog.source",
            ),
        ),
        migrations.AddConstraint(
            model_name="oldaddress",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    *(models.Q(**{f"{one}__isnull": one != name for one in TARGETS}) for name in TARGETS),
                    _connector=models.Q.OR,
                ),
                name="old_address_has_one_target",
            ),
        ),
        migrations.AddField(
            model_name="sourcekey",
            name="source",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="names", to="blog.source"
            ),
        ),
        migrations.AddIndex(
            model_name="quotation",
            index=models.Index(fields=["source", "post"], name="quotation_source"),
        ),
        migrations.AddConstraint(
            model_name="quotation",
            constraint=models.UniqueConstraint(fields=("post", "number"), name="quotation_has_its_place"),
        ),
    ]
