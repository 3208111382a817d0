"""Webhooks that want to hear of alarms, the notices of these, and emails by their age."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('comments', '0017_erased_people'),
    ]

    operations = [
        migrations.AddField(
            model_name='webhook',
            name='tells_alarms',
            field=models.BooleanField(db_default=False, default=False, help_text='Alarms go to the owners by email, too; but email may be what is broken, so tick this at one receiver.', verbose_name='something is wrong with the site'),
        ),
        migrations.AddField(
            model_name='webhooknotice',
            name='alarm',
            field=models.CharField(blank=True, db_default='', default='', help_text='Its kind, of an alarm.', max_length=16),
        ),
        migrations.AlterField(
            model_name='webhooknotice',
            name='event',
            field=models.CharField(choices=[('comment.waiting', 'a comment waits'), ('comment.reported', 'a comment was reported'), ('comments.many', 'many comments wait'), ('test', 'test'), ('alarm.began', 'an alarm begins'), ('alarm.again', 'an alarm goes on'), ('alarm.ended', 'an alarm has ended')], max_length=16),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(fields=['created_at'], name='message_created'),
        ),
    ]
