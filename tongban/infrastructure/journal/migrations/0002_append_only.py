from django.db import migrations


class Migration(migrations.Migration):
    """The triggers are made by the next one, for all columns."""

    dependencies = [("journal", "0001_initial")]

    operations = []
