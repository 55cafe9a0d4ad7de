from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("telemetry", "0001_initial")]

    operations = [migrations.RenameModel(old_name="Pulse", new_name="Heartbeat")]
