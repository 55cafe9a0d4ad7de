from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('licences', '0003_kinds_in_english'),
    ]

    operations = [
        migrations.RenameField(model_name='check', old_name='told', new_name='recorded'),
    ]
