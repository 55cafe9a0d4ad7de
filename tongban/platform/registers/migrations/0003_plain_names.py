from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("registers", "0002_readings_in_order"),
    ]

    operations = [
        migrations.RenameField(model_name="correction", old_name="decided_by", new_name="decider_name"),
        migrations.AddField(model_name="correction", name="decided_by", field=models.BigIntegerField(null=True)),
    ]
