import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("comments", "0007_subscriptions")]
    operations = [
        migrations.AddField(
            "comment",
            "quotes",
            models.PositiveSmallIntegerField(db_default=0, default=0, help_text="Block quotes whose source is known."),
        ),
        migrations.AddField(
            "comment",
            "is_quoted",
            models.BooleanField(db_default=False, default=False, help_text="Is it such a source itself?"),
        ),
        migrations.AddIndex(
            "comment",
            models.Index(fields=["status"], condition=models.Q(is_quoted=True), name="comment_quoted"),
        ),
        migrations.CreateModel(
            "Quotation",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "comment",
                    models.ForeignKey(
                        to="comments.comment",
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="quotations",
                        db_index=False,
                    ),
                ),
                ("place", models.PositiveSmallIntegerField(help_text="Which of the outermost block quotes, from 0.")),
                (
                    "source",
                    models.ForeignKey(
                        to="comments.comment",
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="quoted_in",
                        null=True,
                    ),
                ),
                (
                    "version",
                    models.CharField(max_length=16, help_text="Of the source's words, when they were found there."),
                ),
                (
                    "settled_at",
                    models.DateTimeField(
                        null=True, help_text="When a moderator let it stand, though its source is gone."
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            "quotation",
            models.UniqueConstraint(fields=["comment", "place"], name="quotation_has_a_place"),
        ),
    ]
