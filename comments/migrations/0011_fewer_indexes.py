import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FOREIGN_KEYS = ["author", "parent", "post", "user"]


def drop_indexes(apps, schema_editor):
    """By hand, since Django would copy the whole table on SQLite.

    That of the fingerprint is PostgreSQL's for LIKE, beside the unique one.
    """
    comment = apps.get_model("comments", "Comment")
    for column in [*(f"{name}_id" for name in FOREIGN_KEYS), "fingerprint"]:
        for index in schema_editor._constraint_names(comment, [column], index=True, unique=False):
            schema_editor.execute(schema_editor._delete_index_sql(comment, index))


def create_indexes(apps, schema_editor):
    comment = apps.get_model("comments", "Comment")
    for name in FOREIGN_KEYS:
        schema_editor.execute(schema_editor._create_index_sql(comment, fields=[comment._meta.get_field(name)]))
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(schema_editor._create_like_index_sql(comment, comment._meta.get_field("fingerprint")))


class Migration(migrations.Migration):

    dependencies = [
        ('comments', '0010_fair_by_default'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(drop_indexes, create_indexes)],
            state_operations=[
                migrations.AlterField(
                    model_name='comment',
                    name='author',
                    field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='comments', to='blog.author', verbose_name='author'),
                ),
                migrations.AlterField(
                    model_name='comment',
                    name='parent',
                    field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replies', to='comments.comment', verbose_name='parent'),
                ),
                migrations.AlterField(
                    model_name='comment',
                    name='post',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='comments', to='blog.post', verbose_name='post'),
                ),
                migrations.AlterField(
                    model_name='comment',
                    name='user',
                    field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='user'),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(condition=models.Q(('parent__isnull', False)), fields=['parent'], name='comment_parent'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(condition=models.Q(('author__isnull', False)), fields=['author'], name='comment_author'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(condition=models.Q(('user__isnull', False)), fields=['user'], name='comment_user'),
        ),
    ]
