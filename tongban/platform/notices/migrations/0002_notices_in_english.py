from django.db import migrations, models

from tongban.infrastructure.crypto.fields import EncryptedText


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="title_english",
            field=models.CharField(blank=True, default="", max_length=300),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="notice",
            name="body_english",
            field=EncryptedText(blank=True, default=""),
            preserve_default=False,
        ),
    ]
