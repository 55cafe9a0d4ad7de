from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("licences", "0002_checks_counted")]

    operations = [
        migrations.AddField(
            model_name="licence",
            name="kind_english",
            field=models.CharField(blank=True, default="", max_length=200),
            preserve_default=False,
        ),
    ]
