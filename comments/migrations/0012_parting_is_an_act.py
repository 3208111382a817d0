from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('comments', '0011_fewer_indexes'),
    ]

    operations = [
        migrations.AlterField(
            model_name='act',
            name='kind',
            field=models.CharField(choices=[('state', 'state of a conversation'), ('standing', 'standing of a reader'), ('pin', 'pinned comment'), ('move', 'moved comments'), ('part', 'comment parted from others')], max_length=10),
        ),
    ]
