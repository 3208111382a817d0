

import blog.models.derived
import blog.models.page
import blog.models.post
import blog.text
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Clock',
            fields=[
                ('name', models.CharField(max_length=8, primary_key=True, serialize=False)),
                ('value', models.PositiveBigIntegerField(default=0)),
                ('due', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Page',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=200, validators=[blog.text.single_line])),
                ('slug', models.SlugField(max_length=80, unique=True, validators=[blog.models.page.free_slug])),
                ('body', models.TextField(help_text='Markdown.', validators=[blog.text.storable])),
                ('body_html', blog.models.derived.RenderedField()),
                ('updated_at', models.DateTimeField(editable=False)),
            ],
            options={
                'ordering': ['slug'],
            },
        ),
        migrations.CreateModel(
            name='Post',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=250, validators=[blog.text.single_line])),
                ('slug', models.SlugField(max_length=200)),
                ('epigraph', models.TextField(blank=True, help_text='Markdown.', validators=[blog.text.storable])),
                ('epigraph_html', blog.models.derived.RenderedField()),
                ('epigraph_source', models.CharField(blank=True, max_length=250, validators=[blog.text.single_line])),
                ('summary', models.TextField(blank=True, help_text='Shown in lists and feeds instead of the opening words.', validators=[blog.text.storable])),
                ('body', models.TextField(help_text='Markdown.', validators=[blog.text.storable])),
                ('body_html', blog.models.derived.RenderedField()),
                ('opening', blog.models.derived.DerivedField()),
                ('status', models.CharField(choices=[('draft', 'draft'), ('published', 'published')], default='draft', max_length=10)),
                ('published_at', models.DateTimeField(blank=True, help_text="In the site's time zone; a time ahead schedules the post.", null=True, verbose_name='publication time')),
                ('published_on', models.DateField(editable=False, null=True)),
                ('updated_at', models.DateTimeField(editable=False)),
                ('conversation', models.CharField(choices=[('open', 'open'), ('held', 'held: every comment waits for a moderator'), ('closed', 'closed')], default='open', max_length=10)),
                ('closes_at', models.DateTimeField(blank=True, help_text='From then on no new comments are taken.', null=True, verbose_name='conversation closes at')),
                ('preview_token', models.CharField(default=blog.models.post.new_token, editable=False, max_length=32, unique=True)),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, help_text='Its name in feeds, for ever.', unique=True)),
            ],
            options={
                'permissions': [('publish_post', 'Can publish posts'), ('edit_others_posts', 'Can edit the posts of others')],
            },
        ),
        migrations.CreateModel(
            name='Tag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, unique=True, validators=[blog.text.single_line])),
                ('slug', models.SlugField(max_length=80, unique=True)),
                ('description', models.TextField(blank=True, help_text='A sentence or two, shown on its page.', validators=[blog.text.storable])),
                ('post_count', models.PositiveIntegerField(default=0, editable=False)),
            ],
            options={
                'ordering': ['name', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Author',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, validators=[blog.text.single_line])),
                ('slug', models.SlugField(max_length=120, unique=True)),
                ('bio', models.TextField(blank=True, help_text='Markdown.', validators=[blog.text.storable])),
                ('bio_html', blog.models.derived.RenderedField()),
                ('photo', models.ImageField(blank=True, height_field='photo_height', upload_to='authors', width_field='photo_width')),
                ('photo_width', models.PositiveIntegerField(editable=False, null=True)),
                ('photo_height', models.PositiveIntegerField(editable=False, null=True)),
                ('website', models.URLField(blank=True)),
                ('contact', models.CharField(blank=True, help_text='A mail address or a link readers may use.', max_length=200, validators=[blog.text.single_line])),
                ('post_count', models.PositiveIntegerField(default=0, editable=False)),
                ('user', models.OneToOneField(blank=True, help_text='The account that writes under this name, if any.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='author', to=settings.AUTH_USER_MODEL, verbose_name='account')),
            ],
            options={
                'ordering': ['name', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Thread',
            fields=[
                ('post', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, serialize=False, to='blog.post')),
                ('clock', models.PositiveBigIntegerField(default=0)),
                ('comment_count', models.PositiveIntegerField(default=0, help_text='Approved comments.')),
                ('shown_count', models.PositiveIntegerField(default=0, help_text='Comments and tombstones drawn in the thread.')),
            ],
        ),
        migrations.AddField(
            model_name='post',
            name='authors',
            field=models.ManyToManyField(blank=True, related_name='posts', to='blog.author'),
        ),
        migrations.AddField(
            model_name='post',
            name='tags',
            field=models.ManyToManyField(blank=True, related_name='posts', to='blog.tag'),
        ),
        migrations.CreateModel(
            name='OldAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', models.CharField(max_length=255, unique=True)),
                ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='old_addresses', to='blog.author')),
                ('page', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='old_addresses', to='blog.page')),
                ('post', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='old_addresses', to='blog.post')),
                ('tag', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='old_addresses', to='blog.tag')),
            ],
            options={
                'verbose_name_plural': 'old addresses',
            },
        ),
        migrations.AddIndex(
            model_name='post',
            index=models.Index(fields=['status', '-published_on', '-published_at', '-id'], name='post_reading_order'),
        ),
        migrations.AddIndex(
            model_name='post',
            index=models.Index(fields=['status', 'published_at', 'published_on'], name='post_schedule'),
        ),
        migrations.AddIndex(
            model_name='post',
            index=models.Index(fields=['closes_at'], name='post_closing'),
        ),
        migrations.AddConstraint(
            model_name='post',
            constraint=models.UniqueConstraint(fields=('published_on', 'slug'), name='post_slug_is_unique_on_its_day'),
        ),
        migrations.AddConstraint(
            model_name='post',
            constraint=models.CheckConstraint(condition=models.Q(('status', 'draft'), models.Q(('published_at__isnull', False), ('published_on__isnull', False)), _connector='OR'), name='published_post_has_a_day'),
        ),
        migrations.AddConstraint(
            model_name='oldaddress',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('author', None), ('page', None), ('post__isnull', False), ('tag', None)), models.Q(('author', None), ('page', None), ('post', None), ('tag__isnull', False)), models.Q(('author__isnull', False), ('page', None), ('post', None), ('tag', None)), models.Q(('author', None), ('page__isnull', False), ('post', None), ('tag', None)), _connector='OR'), name='old_address_has_one_target'),
        ),
    ]
