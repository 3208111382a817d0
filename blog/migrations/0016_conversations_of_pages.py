"""Give a conversation a number of its own, which is that of its post where there was one: comments keep what they say."""

import django.core.validators
import django.db.models.deletion
from django.core.management.color import no_style
from django.db import migrations, models

COPY = """
    INSERT INTO blog_conversation (id, clock, comment_count, shown_count, pinned)
    SELECT post_id, clock, comment_count, shown_count, pinned FROM blog_conversation_of_post
"""


def fill(apps, schema_editor):
    connection = schema_editor.connection
    schema_editor.execute(COPY)
    schema_editor.execute("DROP TABLE blog_conversation_of_post")
    for statement in connection.ops.sequence_reset_sql(no_style(), [apps.get_model("blog", "Conversation")]):
        schema_editor.execute(statement)


def link_posts(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":  # or the table could not be altered after it
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    schema_editor.execute("UPDATE blog_post SET thread_id = id")


class Migration(migrations.Migration):

    dependencies = [
        ('blog', '0015_pinned_comment'),
    ]

    operations = [
        migrations.RunSQL("CREATE TABLE blog_conversation_of_post AS SELECT * FROM blog_conversation"),
        migrations.DeleteModel(name='Conversation'),
        migrations.CreateModel(
            name='Conversation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('clock', models.PositiveBigIntegerField(default=0)),
                ('comment_count', models.PositiveIntegerField(default=0, help_text='Approved comments.')),
                ('shown_count', models.PositiveIntegerField(default=0, help_text='Comments and tombstones drawn in the thread.')),
                ('pinned', models.PositiveBigIntegerField(help_text='The id of the comment shown above the thread.', null=True)),
            ],
        ),
        migrations.RunPython(fill, elidable=True),
        migrations.AddField(
            model_name='post',
            name='thread',
            field=models.OneToOneField(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)s', to='blog.conversation'),
        ),
        migrations.RunPython(link_posts, elidable=True),
        migrations.AlterField(
            model_name='post',
            name='thread',
            field=models.OneToOneField(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)s', to='blog.conversation'),
        ),
        migrations.AddField(
            model_name='page',
            name='closes_at',
            field=models.DateTimeField(blank=True, help_text='Readers cannot comment after this time. Leave empty to use the site’s default.', null=True, verbose_name='conversation closes at'),
        ),
        migrations.AddField(
            model_name='page',
            name='conversation',
            field=models.CharField(choices=[('open', 'open'), ('held', 'held: every comment waits for a moderator'), ('closed', 'closed'), ('off', 'off: no comments here')], db_default='off', default='off', help_text='Off: readers see no comments here and cannot add any. What there is stays stored.', max_length=10, verbose_name='conversation'),
        ),
        migrations.AddField(
            model_name='page',
            name='slow_minutes',
            field=models.PositiveSmallIntegerField(blank=True, default=0, help_text='Minutes that a reader must wait between two comments; 0 for no wait.', validators=[django.core.validators.MaxValueValidator(1440)], verbose_name='slow mode'),
        ),
        migrations.AddField(
            model_name='page',
            name='thread',
            field=models.OneToOneField(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='page', to='blog.conversation'),
        ),
    ]
