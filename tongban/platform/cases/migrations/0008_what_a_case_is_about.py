from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0007_received_on_in_order"),
    ]

    operations = [
        migrations.AddField(
            model_name="case",
            name="about",
            field=models.CharField(blank=True, db_default="", default="", max_length=64),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(condition=models.Q(("about", ""), _negated=True), fields=["about"], name="cases_about"),
        ),
    ]
