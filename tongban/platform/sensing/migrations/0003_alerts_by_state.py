from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("sensing", "0002_names")]

    operations = [
        migrations.RemoveIndex("alert", "sensing_alerts_of"),
        migrations.AddIndex(
            "alert", models.Index(fields=["department", "state", "-raised_at", "-id"], name="sensing_alerts_of")
        ),
        migrations.RemoveIndex("alert", "sensing_alerts"),
        migrations.AddIndex("alert", models.Index(fields=["state", "-raised_at", "-id"], name="sensing_alerts")),
    ]
