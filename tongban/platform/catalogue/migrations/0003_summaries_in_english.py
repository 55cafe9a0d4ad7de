from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0002_guides_of_other_offices")]

    operations = [
        migrations.AddField(
            model_name="service",
            name="summary_english",
            field=models.TextField(blank=True, default=""),
            preserve_default=False,
        ),
    ]
