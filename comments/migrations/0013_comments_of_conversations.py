"""Let comments, subscriptions and acts name conversations, which have the numbers of their posts: no row is changed."""

import comments.models.subject_field
import django.db.models.deletion
from django.db import migrations, models

INDEXES_OF_COMMENTS = {
    'comment_thread': {'fields': ['shown', 'path']},
    'comment_newest': {'fields': ['path', 'thread_size'], 'condition': models.Q(('thread_size__gt', 0))},
    'comment_replied': {'fields': ['-thread_size', 'path'], 'condition': models.Q(('thread_size__gt', 0))},
    'comment_feed': {'fields': ['status', '-id']},
    'comment_news': {'fields': ['status', 'decided_at']},
}


def renamed_indexes():
    """The indexes that begin with the column: both databases rename it in them with the table's."""
    for name, index in INDEXES_OF_COMMENTS.items():
        fields = ['conversation', *index['fields']]
        yield migrations.RemoveIndex(model_name='comment', name=name)
        yield migrations.AddIndex(model_name='comment', index=models.Index(**{**index, 'fields': fields}, name=name))


def rename_column(table):
    return migrations.RunSQL(f'ALTER TABLE {table} RENAME COLUMN post_id TO conversation_id')


class Migration(migrations.Migration):

    dependencies = [
        ('blog', '0016_conversations_of_pages'),
        ('comments', '0012_parting_is_an_act'),
    ]

    operations = [
        migrations.RemoveConstraint(model_name='subscription', name='subscribed_once'),
        migrations.RemoveConstraint(model_name='subscription', name='subscribed_once_post'),
        migrations.RemoveConstraint(model_name='subscription', name='subscription_has_its_target'),
        migrations.RemoveIndex(model_name='subscription', name='subscription_post'),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                rename_column('comments_comment'),
                rename_column('comments_subscription'),
                rename_column('comments_act'),
            ],
            state_operations=[
                migrations.RenameField('comment', 'post', 'conversation'),
                *renamed_indexes(),
                migrations.RenameField('subscription', 'post', 'conversation'),
                migrations.RenameField('act', 'post', 'conversation'),
                # The database checks no number of an act, and its table must keep its triggers.
                migrations.AlterField(
                    model_name='act',
                    name='conversation',
                    field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='blog.conversation'),
                ),
            ],
        ),
        migrations.AlterField(
            model_name='comment',
            name='conversation',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='comments', to='blog.conversation', verbose_name='conversation'),
        ),
        migrations.AlterField(
            model_name='subscription',
            name='conversation',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='blog.conversation'),
        ),
        migrations.AddField(
            model_name='comment',
            name='post',
            field=comments.models.subject_field.SubjectField(blank=True, editable=False, from_fields=['conversation'], null=True, on_delete=django.db.models.deletion.PROTECT, related_name='comments', serialize=False, to='blog.post', to_fields=['thread'], verbose_name='post'),
        ),
        migrations.AddField(
            model_name='comment',
            name='page',
            field=comments.models.subject_field.SubjectField(blank=True, editable=False, from_fields=['conversation'], null=True, on_delete=django.db.models.deletion.PROTECT, related_name='comments', serialize=False, to='blog.page', to_fields=['thread'], verbose_name='page'),
        ),
        migrations.AddIndex(
            model_name='subscription',
            index=models.Index(condition=models.Q(('conversation__isnull', False)), fields=['conversation', 'reader'], name='subscription_conversation'),
        ),
        migrations.AddConstraint(
            model_name='subscription',
            constraint=models.UniqueConstraint(condition=models.Q(('author', None), ('conversation', None), ('tag', None)), fields=('reader', 'kind'), name='subscribed_once'),
        ),
        migrations.AddConstraint(
            model_name='subscription',
            constraint=models.UniqueConstraint(condition=models.Q(('conversation__isnull', False)), fields=('reader', 'conversation'), name='subscribed_once_conversation'),
        ),
        migrations.AddConstraint(
            model_name='subscription',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('author', None), ('conversation', None), ('kind__in', ['replies', 'all']), ('tag', None)), models.Q(('author', None), ('conversation__isnull', False), ('kind', 'post'), ('tag', None)), models.Q(('author', None), ('conversation', None), ('kind', 'tag'), ('tag__isnull', False)), models.Q(('author__isnull', False), ('conversation', None), ('kind', 'author'), ('tag', None)), _connector='OR'), name='subscription_has_its_target'),
        ),
    ]
