from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("crypto", "0001_initial")]

    operations = [migrations.RenameField(model_name="key", old_name="key_id", new_name="key_digest")]
