from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("journal", "0004_who_read")]

    operations = [migrations.RenameField(model_name="batch", old_name="key_id", new_name="key_digest")]
