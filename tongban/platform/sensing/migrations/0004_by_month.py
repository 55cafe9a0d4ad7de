"""Readings lie in parts by month on PostgreSQL, so that what is old goes with its part."""

from django.db import migrations

from tongban.infrastructure.database import partitions


def divide(apps, schema_editor):
    partitions.divide(
        schema_editor, "sensing_observation", "at", unique={"sensing_reading_once": ["stream_id", "at", "key"]}
    )


class Migration(migrations.Migration):
    dependencies = [("sensing", "0003_alerts_by_state")]

    operations = [migrations.RunPython(divide, migrations.RunPython.noop)]
