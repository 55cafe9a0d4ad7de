from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('licences', '0005_one_width'),
    ]

    operations = [
        migrations.RenameModel(old_name='Check', new_name='CheckCount'),
    ]
