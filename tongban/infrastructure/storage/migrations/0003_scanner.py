from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("storage", "0002_what_is_damaged")]

    operations = [migrations.RenameField(model_name="blob", old_name="checked_by", new_name="scanner")]
