"""What a crew asks for, and what came too late, names the department that dispatches its order."""

import django.db.models.deletion
from django.db import migrations, models

OF_ITS_ORDER = """
UPDATE workorders_{table} SET dispatcher_id =
    (SELECT o.dispatcher_id FROM workorders_workorder o WHERE o.id = workorders_{table}.order_id)
"""


def _named(null):
    return models.ForeignKey(
        db_index=False,
        null=null,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="identity.department",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0001_initial"),
        ("workorders", "0003_open_as_indexes_say"),
    ]

    operations = [
        operation
        for table in ("orderproposal", "workorderconflict")
        for operation in (
            migrations.AddField(table, "dispatcher", _named(null=True)),
            migrations.RunSQL(OF_ITS_ORDER.format(table=table), migrations.RunSQL.noop),
        )
    ]
