import blog.models.clock
import blog.models.fields
import blog.text.validators
import comments.models.reader
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

# What Django has no word for, as it was at 0.9.0: nothing here follows later changes of the code. SQLite orders by bytes
# anyway, and its triggers are made after every migration (comments/apps.py), since it drops them when it rebuilds a table.
POSTGRES_SQL = [
    """ALTER TABLE comments_comment ALTER COLUMN path TYPE varchar(224) COLLATE "C" """,
    """
    CREATE FUNCTION comments_decision_stands() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'decisions are append-only'; END $$
    """,
    """
    CREATE TRIGGER comments_decision_stands BEFORE UPDATE OR DELETE ON comments_decision
    FOR EACH ROW EXECUTE FUNCTION comments_decision_stands()
    """,
    # TRUNCATE deletes without asking the trigger above.
    """
    CREATE TRIGGER comments_decision_not_emptied BEFORE TRUNCATE ON comments_decision
    FOR EACH STATEMENT EXECUTE FUNCTION comments_decision_stands()
    """,
]
DROP_POSTGRES_SQL = ["DROP FUNCTION comments_decision_stands CASCADE"]


def create_triggers(apps, editor):
    if editor.connection.vendor == "postgresql":
        for statement in POSTGRES_SQL:
            editor.execute(statement)


def drop_triggers(apps, editor):
    if editor.connection.vendor == "postgresql":
        for statement in DROP_POSTGRES_SQL:
            editor.execute(statement)


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('blog', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Comment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', models.CharField(default='', max_length=224)),
                ('depth', models.PositiveIntegerField(default=0)),
                ('shown', models.BooleanField(default=False)),
                ('status', models.CharField(choices=[('pending', 'waiting'), ('approved', 'approved'), ('spam', 'spam'), ('removed', 'removed'), ('withdrawn', 'withdrawn')], default='pending', max_length=10, verbose_name='status')),
                ('name', models.CharField(max_length=80, validators=[blog.text.validators.validate_single_line], verbose_name='name')),
                ('name_key', blog.models.fields.DerivedField()),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='email')),
                ('website', models.URLField(blank=True, verbose_name='website')),
                ('body', models.TextField(max_length=10000, validators=[blog.text.validators.validate_storable])),
                ('html', blog.models.fields.RenderedField()),
                ('words_key', blog.models.fields.DerivedField()),
                ('created_at', models.DateTimeField(default=blog.models.clock.now_to_the_second, verbose_name='created at')),
                ('address', models.GenericIPAddressField(blank=True, help_text='Where it was sent from. Never public.', null=True, verbose_name='address')),
                ('network', blog.models.fields.DerivedField()),
                ('tile', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('fingerprint', models.CharField(editable=False, max_length=64, unique=True)),
                ('is_verified', models.BooleanField(default=False, help_text='Known to be by the owner of the email address.')),
                ('claimed_at', models.DateTimeField(help_text='When its reader claimed it, unless they were signed in.', null=True)),
                ('wants_outcome_email', models.BooleanField(default=False, help_text='Its writer wants an email about the decision.')),
                ('wants_reply_emails', models.BooleanField(db_default=False, default=False, help_text='Its writer wants an email about each reply.')),
                ('decided_at', models.DateTimeField(default=blog.models.clock.now_to_the_second, help_text='When its status last changed.')),
                ('removal_reason', models.CharField(blank=True, help_text='The reason on its tombstone.', max_length=250)),
                ('open_report_count', models.PositiveSmallIntegerField(default=0, help_text='Open reports by readers.')),
                ('score', models.FloatField(help_text='How likely the filter thinks it is spam, 0 to 1.', null=True)),
                ('scored_at', models.DateTimeField(null=True)),
                ('score_reasons', models.JSONField(default=list, help_text='The features that moved the score most: [feature, weight] each.')),
                ('trained_as', models.CharField(blank=True, help_text='What the filter learned it as: good or spam.', max_length=4)),
                ('version', models.PositiveSmallIntegerField(default=1, help_text='Counts the edits.')),
                ('edited_at', models.DateTimeField(null=True)),
                ('edit_note', models.CharField(blank=True, max_length=250)),
                ('edited_by_writer', models.BooleanField(default=False, help_text='Nobody else has edited it.')),
                ('quote_count', models.PositiveSmallIntegerField(db_default=0, default=0, help_text='Block quotes whose source we know.')),
                ('is_quoted', models.BooleanField(db_default=False, default=False, help_text='Another comment quotes it.')),
                ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='comments', to='blog.author', verbose_name='author')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replies', to='comments.comment', verbose_name='parent')),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='comments', to='blog.post', verbose_name='post')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='user')),
            ],
            options={
                'verbose_name': 'comment',
                'verbose_name_plural': 'comments',
                'permissions': [('moderate_comment', 'Can moderate comments')],
            },
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_status', models.CharField(blank=True, choices=[('pending', 'waiting'), ('approved', 'approved'), ('spam', 'spam'), ('removed', 'removed'), ('withdrawn', 'withdrawn')], max_length=10, verbose_name='from status')),
                ('to_status', models.CharField(choices=[('pending', 'waiting'), ('approved', 'approved'), ('spam', 'spam'), ('removed', 'removed'), ('withdrawn', 'withdrawn')], max_length=10, verbose_name='to status')),
                ('via', models.CharField(choices=[('form', 'comment form'), ('desk', 'moderation queue'), ('admin', 'admin list'), ('mail', 'link in an email'), ('rule', 'rule'), ('reader', 'the reader'), ('reports', 'reports by readers'), ('filter', 'spam filter'), ('erasure', 'erasure'), ('import', 'import')], max_length=10, verbose_name='via')),
                ('reason', models.CharField(blank=True, help_text='Public: on the tombstone and the receipt.', max_length=250, verbose_name='reason')),
                ('note', models.CharField(blank=True, help_text='For colleagues only.', max_length=250, verbose_name='note')),
                ('batch', models.UUIDField(db_index=True, help_text='Shared by decisions made in one go.', null=True)),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='time')),
                ('by', models.ForeignKey(help_text='Empty for the site and for readers.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('comment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='comments.comment', verbose_name='comment')),
                ('undoes', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='undone_by', to='comments.decision', verbose_name='undoes')),
            ],
            options={
                'verbose_name': 'decision',
                'verbose_name_plural': 'decisions',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Reader',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(help_text='In lower case, so that each address is one reader.', max_length=254, unique=True, verbose_name='email')),
                ('standing', models.CharField(choices=[('ordinary', 'ordinary: their earlier comments decide'), ('trusted', 'trusted: published straight away, when verified'), ('held', 'held: every comment waits for a moderator')], default='ordinary', max_length=8, verbose_name='standing')),
                ('verified_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='verified at')),
                ('session_key', models.CharField(default=comments.models.reader.generate_key, editable=False, help_text='A new key ends every session.', max_length=32)),
                ('sessions_ended_at', models.DateTimeField(editable=False, help_text='Older links do not sign in.', null=True)),
                ('first_seen', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='first seen')),
            ],
            options={
                'verbose_name': 'reader',
                'verbose_name_plural': 'readers',
            },
        ),
        migrations.CreateModel(
            name='NotificationPreference',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='notification_preference', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('often', models.CharField(choices=[('at once', 'straight away'), ('hourly', 'hourly, if anything is waiting'), ('daily', 'daily, if anything is waiting'), ('never', 'never')], default='at once', max_length=8)),
                ('notified_until', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
            ],
        ),
        migrations.CreateModel(
            name='Policy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('regular_after', models.PositiveSmallIntegerField(default=3, help_text='Readers with a verified address and this many approved comments are published straight away.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100)], verbose_name='approved comments of a regular')),
                ('quiet_days', models.PositiveSmallIntegerField(default=90, help_text='After one of their comments is removed or marked as spam, readers wait this many days to become regulars again.', validators=[django.core.validators.MaxValueValidator(3650)], verbose_name='days without a removal')),
                ('links_held', models.PositiveSmallIntegerField(default=3, help_text='A comment with this many links or more waits for a moderator.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100)], verbose_name='links that hold a comment')),
                ('reports_hold', models.PositiveSmallIntegerField(default=3, help_text='A comment reported from this many different networks waits for a moderator again.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100)], verbose_name='reports that hold a comment')),
                ('scores_from', models.DateTimeField(editable=False, help_text='Older scores of waiting comments are computed again.', null=True)),
            ],
            options={
                'verbose_name': 'policy',
                'verbose_name_plural': 'policy',
            },
        ),
        migrations.CreateModel(
            name='PostScan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('until', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='ReadMarker',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('until', models.DateTimeField()),
                ('comment', models.PositiveBigIntegerField(default=0, help_text='The last comment read of that second.')),
            ],
        ),
        migrations.CreateModel(
            name='Reason',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', models.CharField(max_length=80, unique=True, validators=[blog.text.validators.validate_single_line], verbose_name='words')),
                ('place', models.PositiveSmallIntegerField(default=0, help_text='Lower numbers come first.', verbose_name='place')),
                ('is_offered', models.BooleanField(default=True, verbose_name='offered')),
            ],
            options={
                'verbose_name': 'reason',
                'verbose_name_plural': 'reasons',
                'ordering': ['place', 'id'],
            },
        ),
        migrations.CreateModel(
            name='SpamToken',
            fields=[
                ('text', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('good', models.PositiveIntegerField(default=0)),
                ('spam', models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='PendingTraining',
            fields=[
                ('comment', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='pending_training', serialize=False, to='comments.comment')),
            ],
        ),
        migrations.CreateModel(
            name='PendingNotification',
            fields=[
                ('decision', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='pending_notification', serialize=False, to='comments.decision')),
            ],
        ),
        migrations.CreateModel(
            name='Mailbox',
            fields=[
                ('reader', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='mailbox', serialize=False, to='comments.reader')),
                ('address', models.EmailField(help_text='As the reader typed it.', max_length=254)),
                ('hour', models.PositiveSmallIntegerField(default=7, validators=[django.core.validators.MaxValueValidator(23)])),
                ('zone', models.CharField(blank=True, help_text="The time zone of the hour; empty for the site's own.", max_length=64)),
                ('refusals', models.PositiveSmallIntegerField(default=0, help_text='How many emails in a row the server refused.')),
                ('paused_at', models.DateTimeField(help_text='Nothing is sent since then, because too many were refused.', null=True)),
            ],
            options={
                'verbose_name_plural': 'mailboxes',
            },
        ),
        migrations.CreateModel(
            name='Erasure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('keeps_words', models.BooleanField(help_text="Published comments stay, without their writer's name.")),
                ('begun_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('reader', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='erasure', to='comments.reader')),
            ],
        ),
        migrations.AddField(
            model_name='comment',
            name='reader',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='comments', to='comments.reader'),
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(help_text='Its subject and reader, so that nothing is sent twice.', max_length=120, unique=True)),
                ('to', models.EmailField(max_length=254, verbose_name='to')),
                ('recipient', blog.models.fields.DerivedField()),
                ('subject', models.CharField(max_length=250, verbose_name='subject')),
                ('text', models.TextField(blank=True)),
                ('html', models.TextField(blank=True, help_text='The same text as HTML.')),
                ('headers', models.JSONField(default=dict)),
                ('about', models.JSONField(default=dict)),
                ('is_bulk', models.BooleanField(default=False, help_text='Sent to many followers, after all other messages.')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('next_try_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='next try at')),
                ('leased_until', models.DateTimeField(null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('sent_at', models.DateTimeField(null=True, verbose_name='sent at')),
                ('given_up', models.BooleanField(default=False, verbose_name='given up')),
                ('last_error', models.CharField(blank=True, max_length=250, verbose_name='last error')),
                ('delete_at', models.DateTimeField(help_text='For a confirmation that may never be answered.', null=True)),
                ('reader', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='comments.reader')),
            ],
            options={
                'verbose_name': 'message',
                'verbose_name_plural': 'messages',
            },
        ),
        migrations.CreateModel(
            name='DeliveryAttempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='time')),
                ('result', models.CharField(choices=[('sent', 'sent'), ('failed', 'failed, will be retried'), ('refused', 'refused, will not be retried'), ('dropped', 'not sent')], max_length=8, verbose_name='result')),
                ('words', models.CharField(blank=True, max_length=250, verbose_name='what the server said')),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='delivery_log', to='comments.message')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Quotation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveSmallIntegerField(help_text='Which of the outermost block quotes, from 0.')),
                ('version', models.CharField(help_text='Of the source, when it was found there.', max_length=16)),
                ('settled_at', models.DateTimeField(help_text='When a moderator allowed it, though its source is hidden.', null=True)),
                ('comment', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='quotations', to='comments.comment')),
                ('source', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='quoted_in', to='comments.comment')),
            ],
        ),
        migrations.CreateModel(
            name='ReaderSession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(editable=False, help_text='A hash of the key.', max_length=64)),
                ('browser', models.CharField(blank=True, max_length=30)),
                ('system', models.CharField(blank=True, max_length=30)),
                ('created_at', models.DateTimeField(default=blog.models.clock.now_to_the_second)),
                ('last_seen_on', models.DateField(default=django.utils.timezone.localdate, help_text='Only the day: the hour is private.')),
                ('reader', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sessions', to='comments.reader')),
            ],
            options={
                'verbose_name_plural': 'sessions',
                'ordering': ['-last_seen_on', '-id'],
            },
        ),
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('spam', 'It is advertising or spam'), ('rude', 'It attacks somebody'), ('private', 'It shares private information'), ('unlawful', 'It breaks the law'), ('other', 'Something else')], max_length=10)),
                ('words', models.TextField(blank=True, max_length=500, validators=[blog.text.validators.validate_storable])),
                ('sender', models.CharField(help_text='A keyed hash of the sender, who counts once.', max_length=64)),
                ('neighbourhood', models.CharField(help_text="A keyed hash of the sender's wider network: only reports from several of them hold a comment.", max_length=64)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('is_open', models.BooleanField(default=True)),
                ('comment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reports', to='comments.comment')),
            ],
        ),
        migrations.CreateModel(
            name='Revision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveSmallIntegerField()),
                ('body', models.TextField()),
                ('by_writer', models.BooleanField(default=False, help_text="Edited by the comment's own writer.")),
                ('note', models.CharField(blank=True, help_text='Why it was edited; shown under the comment.', max_length=250)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('comment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='revisions', to='comments.comment')),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Rule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('words', 'word or phrase'), ('link', 'link to a domain'), ('email', 'email address or its domain'), ('network', 'network address')], max_length=8, verbose_name='kind')),
                ('pattern', models.CharField(max_length=200, validators=[blog.text.validators.validate_single_line], verbose_name='pattern')),
                ('effect', models.CharField(choices=[('hold', 'hold for a moderator'), ('spam', 'mark as spam'), ('refuse', 'refuse, and tell the reader')], default='hold', max_length=8, verbose_name='effect')),
                ('note', models.CharField(blank=True, help_text='The reason, for other moderators.', max_length=250, validators=[blog.text.validators.validate_single_line], verbose_name='note')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('refusal_count', models.PositiveIntegerField(default=0, editable=False, help_text='Comments refused by this rule.', verbose_name='refusals')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('created_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'rule',
                'verbose_name_plural': 'rules',
            },
        ),
        migrations.CreateModel(
            name='Finding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20)),
                ('words', models.CharField(blank=True, help_text='A number or a word, depending on the kind.', max_length=250)),
                ('comment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='findings', to='comments.comment')),
                ('rule', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='comments.rule')),
            ],
        ),
        migrations.AddField(
            model_name='decision',
            name='rule',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='comments.rule', verbose_name='rule'),
        ),
        migrations.CreateModel(
            name='Subscription',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('replies', 'Replies to your comments'), ('post', 'Comments on one post'), ('all', 'All new posts'), ('tag', 'New posts with a tag'), ('author', 'New posts by an author')], max_length=8)),
                ('often', models.CharField(choices=[('at once', 'Straight away'), ('daily', 'Daily digest')], default='at once', max_length=8)),
                ('confirmed_at', models.DateTimeField(auto_now_add=True)),
                ('author', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='blog.author')),
                ('post', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='blog.post')),
                ('reader', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='subscriptions', to='comments.reader')),
                ('tag', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='blog.tag')),
            ],
        ),
        migrations.CreateModel(
            name='DigestItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_at', models.DateTimeField()),
                ('comment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='comments.comment')),
                ('post', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='blog.post')),
                ('reader', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='comments.reader')),
                ('subscription', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='comments.subscription')),
            ],
        ),
        migrations.CreateModel(
            name='Fanout',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(help_text='Readers who subscribed later get no email.')),
                ('after', models.PositiveBigIntegerField(default=0, help_text='The id of the last reader whose email is written.')),
                ('next_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
                ('comment', models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='fanout', to='comments.comment')),
                ('post', models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='fanout', to='blog.post')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('finished_at', None)), fields=['next_at'], name='fanout_due')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('comment', None), ('post__isnull', False)), models.Q(('comment__isnull', False), ('post', None)), _connector='OR'), name='fanout_has_one_subject')],
            },
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(fields=['post', 'shown', 'path'], name='comment_thread'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(fields=['status', '-open_report_count', 'created_at', 'id'], name='comment_queue'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(fields=['status', 'created_at', 'id'], name='comment_latest'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(fields=['reader', 'status', 'decided_at'], name='comment_reader'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(fields=['reader', 'created_at'], name='comment_reader_pace'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(fields=['words_key', 'created_at'], name='comment_words'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(condition=models.Q(('open_report_count', 0), _negated=True), fields=['-open_report_count'], name='comment_reported'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(condition=models.Q(('status', 'spam')), fields=['decided_at'], name='comment_old_spam'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(condition=models.Q(('status', 'pending')), fields=['scored_at'], name='comment_unscored'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(fields=['network', 'created_at'], name='comment_pace'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(fields=['reader', '-id'], name='comment_own'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(condition=models.Q(('is_verified', True), ('status', 'approved')), fields=['name_key', 'reader'], name='comment_bearer'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(fields=['post', 'status', '-id'], name='comment_feed'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(condition=models.Q(('is_quoted', True)), fields=['status'], name='comment_quoted'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(fields=['post', 'status', 'decided_at'], name='comment_news'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('given_up', False), ('sent_at', None)), fields=['is_bulk', 'next_try_at', 'id'], name='message_due'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(fields=['reader', 'created_at'], name='message_reader'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('delete_at__isnull', False)), fields=['delete_at'], name='message_expiry'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(fields=['recipient'], name='message_recipient'),
        ),
        migrations.AddConstraint(
            model_name='quotation',
            constraint=models.UniqueConstraint(fields=('comment', 'place'), name='quotation_is_unique'),
        ),
        migrations.AddIndex(
            model_name='report',
            index=models.Index(fields=['sender', 'at'], name='report_pace'),
        ),
        migrations.AddIndex(
            model_name='report',
            index=models.Index(fields=['neighbourhood', 'at'], name='report_near_pace'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.UniqueConstraint(fields=('comment', 'sender'), name='report_once'),
        ),
        migrations.AddConstraint(
            model_name='revision',
            constraint=models.UniqueConstraint(fields=('comment', 'version'), name='revision_is_unique'),
        ),
        migrations.AddConstraint(
            model_name='rule',
            constraint=models.UniqueConstraint(fields=('kind', 'pattern'), name='rule_is_unique'),
        ),
        migrations.AddIndex(
            model_name='finding',
            index=models.Index(fields=['kind', 'comment'], name='finding_kind'),
        ),
        migrations.AddIndex(
            model_name='decision',
            index=models.Index(fields=['at'], name='decision_time'),
        ),
        migrations.AddIndex(
            model_name='subscription',
            index=models.Index(fields=['reader'], name='subscription_reader'),
        ),
        migrations.AddIndex(
            model_name='subscription',
            index=models.Index(condition=models.Q(('kind', 'all')), fields=['kind', 'reader'], name='subscription_all'),
        ),
        migrations.AddIndex(
            model_name='subscription',
            index=models.Index(condition=models.Q(('post__isnull', False)), fields=['post', 'reader'], name='subscription_post'),
        ),
        migrations.AddIndex(
            model_name='subscription',
            index=models.Index(condition=models.Q(('tag__isnull', False)), fields=['tag', 'reader'], name='subscription_tag'),
        ),
        migrations.AddIndex(
            model_name='subscription',
            index=models.Index(condition=models.Q(('author__isnull', False)), fields=['author', 'reader'], name='subscription_author'),
        ),
        migrations.AddConstraint(
            model_name='subscription',
            constraint=models.UniqueConstraint(condition=models.Q(('author', None), ('post', None), ('tag', None)), fields=('reader', 'kind'), name='subscribed_once'),
        ),
        migrations.AddConstraint(
            model_name='subscription',
            constraint=models.UniqueConstraint(condition=models.Q(('post__isnull', False)), fields=('reader', 'post'), name='subscribed_once_post'),
        ),
        migrations.AddConstraint(
            model_name='subscription',
            constraint=models.UniqueConstraint(condition=models.Q(('tag__isnull', False)), fields=('reader', 'tag'), name='subscribed_once_tag'),
        ),
        migrations.AddConstraint(
            model_name='subscription',
            constraint=models.UniqueConstraint(condition=models.Q(('author__isnull', False)), fields=('reader', 'author'), name='subscribed_once_author'),
        ),
        migrations.AddConstraint(
            model_name='subscription',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('author', None), ('kind__in', ['replies', 'all']), ('post', None), ('tag', None)), models.Q(('author', None), ('kind', 'post'), ('post__isnull', False), ('tag', None)), models.Q(('author', None), ('kind', 'tag'), ('post', None), ('tag__isnull', False)), models.Q(('author__isnull', False), ('kind', 'author'), ('post', None), ('tag', None)), _connector='OR'), name='subscription_has_its_target'),
        ),
        migrations.AddIndex(
            model_name='digestitem',
            index=models.Index(fields=['due_at', 'reader'], name='digest_item_due'),
        ),
        migrations.AddIndex(
            model_name='digestitem',
            index=models.Index(fields=['reader', 'due_at'], name='digest_item_reader'),
        ),
        migrations.AddConstraint(
            model_name='digestitem',
            constraint=models.UniqueConstraint(condition=models.Q(('comment__isnull', False)), fields=('reader', 'comment'), name='digest_item_is_unique_comment'),
        ),
        migrations.AddConstraint(
            model_name='digestitem',
            constraint=models.UniqueConstraint(condition=models.Q(('post__isnull', False)), fields=('reader', 'post'), name='digest_item_is_unique_post'),
        ),
        migrations.RunPython(create_triggers, drop_triggers),
    ]
