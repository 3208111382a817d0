

import blog.models.derived
import blog.models.clock
import blog.text
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('blog', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_status', models.CharField(blank=True, choices=[('pending', 'waiting'), ('approved', 'approved'), ('spam', 'spam'), ('removed', 'removed'), ('withdrawn', 'withdrawn')], max_length=10)),
                ('to_status', models.CharField(choices=[('pending', 'waiting'), ('approved', 'approved'), ('spam', 'spam'), ('removed', 'removed'), ('withdrawn', 'withdrawn')], max_length=10)),
                ('via', models.CharField(choices=[('form', 'comment form'), ('desk', "moderators' desk"), ('admin', 'admin list'), ('mail', 'link in a mail'), ('rule', 'rule'), ('reader', 'the reader'), ('import', 'import')], max_length=10)),
                ('reason', models.CharField(blank=True, max_length=250)),
                ('batch', models.UUIDField(db_index=True, help_text='Decisions made at one stroke share it.', null=True)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('by', models.ForeignKey(help_text='Empty: the site or a reader.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Comment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', models.CharField(default='', max_length=224)),
                ('depth', models.PositiveIntegerField(default=0)),
                ('status', models.CharField(choices=[('pending', 'waiting'), ('approved', 'approved'), ('spam', 'spam'), ('removed', 'removed'), ('withdrawn', 'withdrawn')], default='pending', max_length=10)),
                ('shown', models.BooleanField(default=False)),
                ('name', models.CharField(max_length=80, validators=[blog.text.single_line])),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('website', models.URLField(blank=True)),
                ('body', models.TextField(max_length=10000, validators=[blog.text.storable])),
                ('html', blog.models.derived.RenderedField()),
                ('created_at', models.DateTimeField(default=blog.models.clock.this_second)),
                ('address', models.GenericIPAddressField(blank=True, help_text='Where it was sent from. Never shown.', null=True)),
                ('tile', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('fingerprint', models.CharField(editable=False, max_length=64, unique=True)),
                ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='comments', to='blog.author')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replies', to='comments.comment')),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='comments', to='blog.post')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'permissions': [('moderate_comment', 'Can moderate comments')],
            },
        ),
        migrations.CreateModel(
            name='Untold',
            fields=[
                ('decision', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, serialize=False, to='comments.decision')),
            ],
        ),
        migrations.AddField(
            model_name='decision',
            name='comment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='comments.comment'),
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(help_text='What it tells and whom: never told twice.', max_length=120, unique=True)),
                ('to', models.EmailField(max_length=254)),
                ('subject', models.CharField(max_length=250)),
                ('text', models.TextField()),
                ('headers', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('next_try_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('leased_until', models.DateTimeField(null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('sent_at', models.DateTimeField(null=True)),
                ('given_up', models.BooleanField(default=False)),
                ('last_error', models.CharField(blank=True, max_length=250)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('given_up', False), ('sent_at', None)), fields=['next_try_at'], name='message_due')],
            },
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(fields=['post', 'shown', 'path'], name='comment_thread'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(fields=['status', 'created_at', 'id'], name='comment_queue'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(fields=['address', 'created_at'], name='comment_pace'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(fields=['post', 'status', '-id'], name='comment_feed'),
        ),
    ]
