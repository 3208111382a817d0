import blog.models.fields
import blog.models.page
import blog.models.publishable
import blog.text.validators
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models

# What Django has no word for, as it was at 0.9.0: nothing here follows later changes of the code. SQLite's triggers are
# made after every migration (blog/apps.py), since SQLite drops them whenever it rebuilds their table.
SEARCH_SQL = {
    "postgresql": [
        # Words with the same beginning are neighbours in an index by bytes, whatever the language of the database.
        """ALTER TABLE blog_searchword ALTER COLUMN word TYPE varchar(64) COLLATE "C" """,
        """ALTER TABLE blog_searchword ALTER COLUMN backwards TYPE varchar(64) COLLATE "C" """,
        "ALTER TABLE blog_searchentry ADD COLUMN vector tsvector",
        # A vector takes places up to 16,383, and refuses larger ones in its text form. The blocks: blog/fulltext/postgres.py
        """
        CREATE FUNCTION blog_search_vector() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            NEW.vector := (
                SELECT string_agg(quote_literal(word.key) || ':' || least(word.place, 16383), ' ')
                FROM unnest(string_to_array(NEW.keys, ' ')) WITH ORDINALITY AS word(key, place)
            )::tsvector || array_to_tsvector(ARRAY(
                SELECT '%' || size || ':' || (NEW.id >> size) FROM unnest(ARRAY[10, 12, 14, 16, 18]) AS size
            ));
            RETURN NEW;
        END $$
        """,
        """
        CREATE TRIGGER blog_search_vector BEFORE INSERT OR UPDATE OF keys ON blog_searchentry
        FOR EACH ROW EXECUTE FUNCTION blog_search_vector()
        """,
        # fastupdate keeps a list of entries not yet sorted in, which every search would read from end to end.
        "CREATE INDEX blog_search_vector ON blog_searchentry USING gin (vector) WITH (fastupdate = off)",
    ],
    # The marks of keys that are no words of the text are characters of words here (blog/fulltext/terms.py).
    "sqlite": [
        """
        CREATE VIRTUAL TABLE blog_searchindex USING fts5(
            keys, content='blog_searchentry', content_rowid='id', columnsize=0, prefix='2 3 4',
            tokenize="unicode61 remove_diacritics 0 tokenchars '^@+#=~'"
        )
        """
    ],
}
DROP_SEARCH_SQL = {
    "postgresql": [
        "DROP FUNCTION blog_search_vector CASCADE",
        "ALTER TABLE blog_searchentry DROP COLUMN vector",
    ],
    "sqlite": ["DROP TABLE blog_searchindex"],
}


def create_search(apps, editor):
    for statement in SEARCH_SQL[editor.connection.vendor]:
        editor.execute(statement, params=None)


def drop_search(apps, editor):
    for statement in DROP_SEARCH_SQL[editor.connection.vendor]:
        editor.execute(statement, params=None)


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
                ('close_after', models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Post',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('conversation', models.CharField(choices=[('open', 'open'), ('held', 'held: every comment waits for a moderator'), ('closed', 'closed')], default='open', help_text='Closed: existing comments stay, and readers cannot add new ones.', max_length=10, verbose_name='conversation')),
                ('closes_at', models.DateTimeField(blank=True, help_text='Readers cannot comment after this time. Leave empty to use the site’s default.', null=True, verbose_name='conversation closes at')),
                ('slow_minutes', models.PositiveSmallIntegerField(blank=True, default=0, help_text='Minutes that a reader must wait between two comments; 0 for no wait.', validators=[django.core.validators.MaxValueValidator(1440)], verbose_name='slow mode')),
                ('title', models.CharField(max_length=250, validators=[blog.text.validators.validate_single_line], verbose_name='title')),
                ('slug', models.SlugField(help_text='The last part of the address. When you change it, the old address redirects here.', max_length=200, verbose_name='slug')),
                ('epigraph', models.TextField(blank=True, help_text='A quotation shown above the text. Markdown.', validators=[blog.text.validators.validate_storable], verbose_name='epigraph')),
                ('epigraph_html', blog.models.fields.RenderedField()),
                ('epigraph_source', models.CharField(blank=True, help_text='Who said or wrote it, and where.', max_length=250, validators=[blog.text.validators.validate_single_line], verbose_name='epigraph source')),
                ('summary', models.TextField(blank=True, help_text='Shown in lists and feeds instead of the opening words.', validators=[blog.text.validators.validate_storable], verbose_name='summary')),
                ('body', models.TextField(help_text='Markdown.', validators=[blog.text.validators.validate_storable], verbose_name='body')),
                ('body_html', blog.models.fields.RenderedField()),
                ('opening', blog.models.fields.DerivedField()),
                ('status', models.CharField(choices=[('draft', 'draft'), ('review', 'waiting for review'), ('published', 'published')], default='draft', help_text='Only its authors and editors see the post until it is published. Waiting for review: an editor will read it.', max_length=10, verbose_name='status')),
                ('published_at', models.DateTimeField(blank=True, help_text='In the site’s time zone. Leave empty for now; a later time schedules the post.', null=True, verbose_name='publication time')),
                ('published_on', models.DateField(editable=False, null=True)),
                ('updated_at', models.DateTimeField(editable=False)),
                ('corrected_at', models.DateTimeField(editable=False, help_text='Time of the latest correction note.', null=True)),
                ('is_pinned', models.BooleanField(db_default=False, default=False, help_text='Shown at the top of the front page, above newer posts.', verbose_name='pinned')),
                ('part', models.PositiveSmallIntegerField(blank=True, help_text='Its number in the series. Leave empty for the next number.', null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='part')),
                ('preview_token', models.CharField(default=blog.models.publishable.new_preview_token, editable=False, max_length=32, unique=True)),
                ('edition', models.PositiveIntegerField(db_default=0, default=0, editable=False, help_text='The number of its latest version.')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, help_text='Its permanent id in feeds.', unique=True)),
            ],
            options={
                'verbose_name': 'post',
                'verbose_name_plural': 'posts',
                'permissions': [('publish_post', 'Can publish posts'), ('edit_others_posts', 'Can edit the posts of others')],
            },
        ),
        migrations.CreateModel(
            name='Page',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=200, validators=[blog.text.validators.validate_single_line], verbose_name='title')),
                ('slug', models.SlugField(max_length=80, unique=True, validators=[blog.models.page.validate_page_slug], verbose_name='slug')),
                ('body', models.TextField(help_text='Markdown.', validators=[blog.text.validators.validate_storable], verbose_name='body')),
                ('body_html', blog.models.fields.RenderedField()),
                ('updated_at', models.DateTimeField(editable=False, verbose_name='updated at')),
            ],
            options={
                'verbose_name': 'page',
                'verbose_name_plural': 'pages',
                'ordering': ['slug'],
            },
        ),
        migrations.CreateModel(
            name='SearchMiss',
            fields=[
                ('query', models.CharField(max_length=100, primary_key=True, serialize=False)),
                ('count', models.PositiveIntegerField(default=1)),
                ('last_at', models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name='SearchWord',
            fields=[
                ('word', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('backwards', models.CharField(db_index=True, max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name='Series',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, unique=True, validators=[blog.text.validators.validate_single_line], verbose_name='name')),
                ('slug', models.SlugField(max_length=120, unique=True, verbose_name='slug')),
                ('description', models.TextField(blank=True, help_text='A sentence or two, shown on its page.', validators=[blog.text.validators.validate_storable], verbose_name='description')),
            ],
            options={
                'verbose_name': 'series',
                'verbose_name_plural': 'series',
                'ordering': ['name', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Tag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('post_count', models.PositiveIntegerField(default=0, editable=False, verbose_name='post count')),
                ('name', models.CharField(max_length=80, unique=True, validators=[blog.text.validators.validate_single_line], verbose_name='name')),
                ('slug', models.SlugField(max_length=80, unique=True, verbose_name='slug')),
                ('description', models.TextField(blank=True, help_text='A sentence or two, shown on its page.', validators=[blog.text.validators.validate_storable], verbose_name='description')),
            ],
            options={
                'verbose_name': 'tag',
                'verbose_name_plural': 'tags',
                'ordering': ['name', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Author',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('post_count', models.PositiveIntegerField(default=0, editable=False, verbose_name='post count')),
                ('name', models.CharField(max_length=120, validators=[blog.text.validators.validate_single_line], verbose_name='name')),
                ('name_key', blog.models.fields.DerivedField()),
                ('slug', models.SlugField(max_length=120, unique=True, verbose_name='slug')),
                ('bio', models.TextField(blank=True, help_text='Markdown.', validators=[blog.text.validators.validate_storable], verbose_name='bio')),
                ('bio_html', blog.models.fields.RenderedField()),
                ('photo', models.ImageField(blank=True, height_field='photo_height', upload_to='authors', verbose_name='photo', width_field='photo_width')),
                ('photo_width', models.PositiveIntegerField(editable=False, null=True)),
                ('photo_height', models.PositiveIntegerField(editable=False, null=True)),
                ('website', models.URLField(blank=True, verbose_name='website')),
                ('contact', models.CharField(blank=True, help_text='An email address or a link for readers.', max_length=200, validators=[blog.text.validators.validate_single_line], verbose_name='contact')),
                ('user', models.OneToOneField(blank=True, help_text='The account that writes under this name, if any.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='author', to=settings.AUTH_USER_MODEL, verbose_name='account')),
            ],
            options={
                'verbose_name': 'author',
                'verbose_name_plural': 'authors',
                'ordering': ['name', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Conversation',
            fields=[
                ('post', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='thread', serialize=False, to='blog.post')),
                ('clock', models.PositiveBigIntegerField(default=0)),
                ('comment_count', models.PositiveIntegerField(default=0, help_text='Approved comments.')),
                ('shown_count', models.PositiveIntegerField(default=0, help_text='Comments and tombstones drawn in the thread.')),
            ],
        ),
        migrations.AddField(
            model_name='post',
            name='authors',
            field=models.ManyToManyField(blank=True, help_text='Shown with the post, with their profiles. They can edit the post.', related_name='posts', to='blog.author', verbose_name='authors'),
        ),
        migrations.CreateModel(
            name='Correction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(help_text='The Markdown of comments.', validators=[blog.text.validators.validate_storable], verbose_name='correction note')),
                ('html', blog.models.fields.RenderedField()),
                ('corrected_at', models.DateTimeField(verbose_name='corrected at')),
                ('edition', models.PositiveIntegerField(verbose_name='version')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='corrections', to='blog.post', verbose_name='post')),
            ],
            options={
                'verbose_name': 'correction',
                'verbose_name_plural': 'corrections',
                'ordering': ['corrected_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Image',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file', models.FileField(editable=False, upload_to='images', verbose_name='image')),
                ('name', models.CharField(editable=False, help_text='Of the file, without its ending.', max_length=32, unique=True)),
                ('original_name', models.CharField(blank=True, editable=False, max_length=200, verbose_name='file name')),
                ('width', models.PositiveIntegerField(editable=False)),
                ('height', models.PositiveIntegerField(editable=False)),
                ('alt', models.CharField(blank=True, help_text='For people who cannot see the image: describe it as you would on the phone.', max_length=500, validators=[blog.text.validators.validate_single_line], verbose_name='what it shows')),
                ('is_decorative', models.BooleanField(default=False, help_text='The image adds nothing to the text, so screen readers skip it.', verbose_name='decorative')),
                ('caption', models.CharField(blank=True, help_text='Shown below the image.', max_length=500, validators=[blog.text.validators.validate_single_line], verbose_name='caption')),
                ('credit', models.CharField(blank=True, help_text='Who made the image, and under which licence. Shown wherever the image appears.', max_length=200, validators=[blog.text.validators.validate_single_line], verbose_name='credit')),
                ('sha256', models.CharField(editable=False, help_text='Of the file as it was sent.', max_length=64, unique=True)),
                ('uploaded_at', models.DateTimeField(auto_now_add=True, verbose_name='uploaded')),
                ('rendered_at', models.DateTimeField(editable=False, help_text='When its renditions were finished.', null=True)),
                ('next_try_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('attempts', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('uploaded_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='images', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'image',
                'verbose_name_plural': 'images',
            },
        ),
        migrations.CreateModel(
            name='ImageUse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='image_uses', to='blog.author')),
                ('image', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='uses', to='blog.image')),
                ('post', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='image_uses', to='blog.post')),
                ('page', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='image_uses', to='blog.page')),
            ],
        ),
        migrations.CreateModel(
            name='Rendition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('format', models.CharField(max_length=4)),
                ('width', models.PositiveIntegerField()),
                ('file', models.FileField(upload_to='images')),
                ('bytes', models.PositiveIntegerField()),
                ('image', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='renditions', to='blog.image')),
            ],
        ),
        migrations.CreateModel(
            name='ReviewNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('written_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('text', models.TextField(max_length=4000, validators=[blog.text.validators.validate_storable], verbose_name='note')),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='review_notes', to='blog.post')),
                ('written_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['written_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='SearchEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=8)),
                ('object_id', models.PositiveBigIntegerField(help_text='The number of the post, page or comment.')),
                ('version', models.PositiveIntegerField(default=0, help_text='Of the text: entries of another are not found.')),
                ('at', models.DateTimeField()),
                ('keys', models.TextField()),
            ],
            options={
                'verbose_name_plural': 'search entries',
                'constraints': [models.UniqueConstraint(fields=('kind', 'object_id'), name='search_entry_is_one')],
            },
        ),
        migrations.AddField(
            model_name='post',
            name='series',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='posts', to='blog.series', verbose_name='series'),
        ),
        migrations.CreateModel(
            name='Source',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('post_count', models.PositiveIntegerField(default=0, editable=False, verbose_name='post count')),
                ('author', models.CharField(blank=True, max_length=150, validators=[blog.text.validators.validate_single_line], verbose_name='author')),
                ('work', models.CharField(blank=True, max_length=200, validators=[blog.text.validators.validate_single_line], verbose_name='work')),
                ('year', models.CharField(blank=True, max_length=20, validators=[blog.text.validators.validate_single_line], verbose_name='year')),
                ('slug', models.SlugField(max_length=100, unique=True, verbose_name='slug')),
                ('sort_key', models.CharField(editable=False, help_text='Folded: the order of lists.', max_length=401)),
            ],
            options={
                'verbose_name': 'source',
                'verbose_name_plural': 'sources',
                'ordering': ['sort_key', 'id'],
                'indexes': [models.Index(fields=['sort_key', 'id'], name='source_order')],
            },
        ),
        migrations.CreateModel(
            name='Quotation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.CharField(choices=[('epigraph', 'epigraph'), ('body', 'text')], max_length=8)),
                ('number', models.PositiveIntegerField(help_text='Among the quotations of its post.')),
                ('locator', models.CharField(blank=True, max_length=80)),
                ('address', models.URLField(blank=True, max_length=500)),
                ('passage', models.CharField(blank=True, help_text="The name of the quotation in the post's text.", max_length=32)),
                ('post', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='quotations', to='blog.post')),
                ('source', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='quotations', to='blog.source')),
            ],
            options={
                'ordering': ['number'],
            },
        ),
        migrations.CreateModel(
            name='SourceKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=401, unique=True)),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='spellings', to='blog.source')),
            ],
        ),
        migrations.CreateModel(
            name='Redirect',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', models.CharField(max_length=255, unique=True, verbose_name='path')),
                ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='redirects', to='blog.author')),
                ('page', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='redirects', to='blog.page')),
                ('post', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='redirects', to='blog.post')),
                ('series', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='redirects', to='blog.series')),
                ('source', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='redirects', to='blog.source')),
                ('tag', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='redirects', to='blog.tag')),
            ],
            options={
                'verbose_name': 'redirect',
                'verbose_name_plural': 'redirects',
            },
        ),
        migrations.AddField(
            model_name='post',
            name='tags',
            field=models.ManyToManyField(blank=True, help_text='Topics that help readers find the post.', related_name='posts', to='blog.tag', verbose_name='tags'),
        ),
        migrations.CreateModel(
            name='Version',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('saved_at', models.DateTimeField()),
                ('restored_from', models.PositiveIntegerField(null=True)),
                ('title', models.CharField(max_length=250)),
                ('slug', models.CharField(max_length=200)),
                ('epigraph', models.TextField(blank=True)),
                ('epigraph_source', models.CharField(blank=True, max_length=250)),
                ('summary', models.TextField(blank=True)),
                ('body', models.TextField()),
                ('status', models.CharField(max_length=10)),
                ('published_at', models.DateTimeField(null=True)),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='blog.post')),
                ('saved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='WorkingCopy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=32)),
                ('edition', models.PositiveIntegerField(default=0)),
                ('form_data', models.JSONField(default=dict)),
                ('turn', models.PositiveBigIntegerField(default=0)),
                ('saved_at', models.DateTimeField(db_index=True)),
                ('is_closed', models.BooleanField(default=False)),
                ('post', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='working_copies', to='blog.post')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'working copies',
            },
        ),
        migrations.AddIndex(
            model_name='author',
            index=models.Index(fields=['name_key'], name='author_name'),
        ),
        migrations.AddIndex(
            model_name='image',
            index=models.Index(condition=models.Q(('rendered_at', None)), fields=['next_try_at'], name='image_due'),
        ),
        migrations.AddConstraint(
            model_name='image',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('alt', ''), ('is_decorative', True)), models.Q(('is_decorative', False), models.Q(('alt', ''), _negated=True)), _connector='OR'), name='image_is_described_or_decorative'),
        ),
        migrations.AddConstraint(
            model_name='imageuse',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('author__isnull', True), ('page__isnull', True), ('post__isnull', False)), models.Q(('author__isnull', True), ('page__isnull', False), ('post__isnull', True)), models.Q(('author__isnull', False), ('page__isnull', True), ('post__isnull', True)), _connector='OR'), name='image_use_has_one_text'),
        ),
        migrations.AddConstraint(
            model_name='imageuse',
            constraint=models.UniqueConstraint(fields=('image', 'post'), name='image_use_in_post_is_unique'),
        ),
        migrations.AddConstraint(
            model_name='imageuse',
            constraint=models.UniqueConstraint(fields=('image', 'page'), name='image_use_in_page_is_unique'),
        ),
        migrations.AddConstraint(
            model_name='imageuse',
            constraint=models.UniqueConstraint(fields=('image', 'author'), name='image_use_in_profile_is_unique'),
        ),
        migrations.AddConstraint(
            model_name='rendition',
            constraint=models.UniqueConstraint(fields=('image', 'format', 'width'), name='rendition_is_unique'),
        ),
        migrations.AddIndex(
            model_name='quotation',
            index=models.Index(fields=['source', 'post'], name='quotation_source'),
        ),
        migrations.AddConstraint(
            model_name='quotation',
            constraint=models.UniqueConstraint(fields=('post', 'number'), name='quotation_has_its_place'),
        ),
        migrations.AddConstraint(
            model_name='redirect',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('author__isnull', True), ('page__isnull', True), ('post__isnull', False), ('series__isnull', True), ('source__isnull', True), ('tag__isnull', True)), models.Q(('author__isnull', True), ('page__isnull', True), ('post__isnull', True), ('series__isnull', True), ('source__isnull', True), ('tag__isnull', False)), models.Q(('author__isnull', False), ('page__isnull', True), ('post__isnull', True), ('series__isnull', True), ('source__isnull', True), ('tag__isnull', True)), models.Q(('author__isnull', True), ('page__isnull', False), ('post__isnull', True), ('series__isnull', True), ('source__isnull', True), ('tag__isnull', True)), models.Q(('author__isnull', True), ('page__isnull', True), ('post__isnull', True), ('series__isnull', False), ('source__isnull', True), ('tag__isnull', True)), models.Q(('author__isnull', True), ('page__isnull', True), ('post__isnull', True), ('series__isnull', True), ('source__isnull', False), ('tag__isnull', True)), _connector='OR'), name='redirect_has_one_target'),
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
        migrations.AddIndex(
            model_name='post',
            index=models.Index(fields=['is_pinned', 'status', '-published_at'], name='post_pinned'),
        ),
        migrations.AddIndex(
            model_name='post',
            index=models.Index(fields=['status', '-updated_at'], name='post_touched'),
        ),
        migrations.AddIndex(
            model_name='post',
            index=models.Index(django.db.models.functions.text.Upper('title'), name='post_title'),
        ),
        migrations.AddConstraint(
            model_name='post',
            constraint=models.UniqueConstraint(fields=('published_on', 'slug'), name='post_slug_is_unique_on_its_day'),
        ),
        migrations.AddConstraint(
            model_name='post',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'published'), _negated=True), models.Q(('published_at__isnull', False), ('published_on__isnull', False)), _connector='OR'), name='published_post_has_a_day'),
        ),
        migrations.AddConstraint(
            model_name='post',
            constraint=models.UniqueConstraint(fields=('series', 'part'), name='part_is_unique_in_its_series'),
        ),
        migrations.AddConstraint(
            model_name='version',
            constraint=models.UniqueConstraint(fields=('post', 'number'), name='version_number_is_unique_in_its_post'),
        ),
        migrations.AddConstraint(
            model_name='workingcopy',
            constraint=models.UniqueConstraint(fields=('user', 'key'), name='working_copy_key_is_unique_to_its_user'),
        ),
        migrations.RunPython(create_search, drop_search),
    ]
