from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("seals", "0001_initial")]

    operations = [migrations.RenameField(model_name="sealuse", old_name="key_id", new_name="key_digest")]
