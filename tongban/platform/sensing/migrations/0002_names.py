from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("sensing", "0001_initial")]

    operations = [
        migrations.RenameField("alertruleversion", "published_by", "publisher_name"),
        migrations.RenameField("alert", "acknowledged_by", "acknowledger_name"),
        migrations.RenameField("alert", "closed_by", "closer_name"),
        migrations.RemoveIndex("alert", "sensing_alert_subject"),
        migrations.AddIndex("alert", models.Index(fields=["subject"], name="sensing_alert_subject")),
    ]
