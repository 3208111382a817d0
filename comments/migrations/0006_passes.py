"""A row for each browser that carries a pass; a reader's own changes and claims; names that look alike."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import blog.models.clock
import blog.models.derived
from blog.names import name_key


def fold(apps, editor):
    """Names of proven comments alone: of any other the name says nothing, and what is claimed later is folded then."""
    Comment, Message = (apps.get_model("comments", name) for name in ("Comment", "Message"))
    for pk, name in Comment.objects.filter(is_proven=True).values_list("pk", "name").iterator():
        Comment.objects.filter(pk=pk).update(name_key=name_key(name))
    for pk, to in Message.objects.values_list("pk", "to").iterator():
        Message.objects.filter(pk=pk).update(recipient=to.casefold())


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0003_author_names"),
        ("comments", "0004_readers"),
    ]

    operations = [
        migrations.CreateModel(
            name="Erasure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("keeps_words", models.BooleanField(help_text="Do published words stay, under nobody's name?")),
                ("begun_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="Pass",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(editable=False, help_text="A hash of it.", max_length=64)),
                ("browser", models.CharField(blank=True, max_length=30)),
                ("system", models.CharField(blank=True, max_length=30)),
                ("made_at", models.DateTimeField(default=blog.models.clock.this_second)),
                (
                    "last_seen_on",
                    models.DateField(
                        default=django.utils.timezone.localdate, help_text="The day alone: when he reads is his affair."
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "passes",
                "ordering": ["-last_seen_on", "-id"],
            },
        ),
        migrations.AddField(
            model_name="comment",
            name="claimed_at",
            field=models.DateTimeField(help_text="When he claimed it, where it did not come with his pass.", null=True),
        ),
        migrations.AddField(
            model_name="comment",
            name="edited_by_writer",
            field=models.BooleanField(default=False, help_text="Nobody else has changed its words."),
        ),
        migrations.AddField(
            model_name="comment",
            name="name_key",
            field=blog.models.derived.DerivedField(),
        ),
        migrations.AddField(
            model_name="message",
            name="recipient",
            field=blog.models.derived.DerivedField(),
        ),
        migrations.AddField(
            model_name="revision",
            name="by_writer",
            field=models.BooleanField(default=False, help_text="Changed by whoever had written it."),
        ),
        migrations.AlterField(
            model_name="comment",
            name="is_proven",
            field=models.BooleanField(default=False, help_text="Known to be by the owner of the address."),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(fields=["reader", "-id"], name="comment_own"),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                condition=models.Q(("is_proven", True), ("status", "approved")),
                fields=["name_key", "reader"],
                name="comment_bearer",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(fields=["recipient"], name="message_recipient"),
        ),
        migrations.AddField(
            model_name="erasure",
            name="reader",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="erasure", to="comments.reader"
            ),
        ),
        migrations.AddField(
            model_name="pass",
            name="reader",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="passes", to="comments.reader"
            ),
        ),
        migrations.RunPython(fold, migrations.RunPython.noop),
    ]
