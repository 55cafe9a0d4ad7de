import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0001_initial"),
        ("workorders", "0004_dispatchers_of_what_waits"),
    ]

    operations = [
        *(
            migrations.AlterField(
                table,
                "dispatcher",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="identity.department",
                ),
            )
            for table in ("orderproposal", "workorderconflict")
        ),
        migrations.AddIndex(
            "orderproposal",
            models.Index(
                condition=models.Q(("decided_at__isnull", True)),
                fields=["dispatcher", "id"],
                name="workorders_asked_of",
            ),
        ),
        migrations.AddIndex(
            "workorderconflict",
            models.Index(
                condition=models.Q(("settled_at__isnull", True)),
                fields=["dispatcher", "id"],
                name="workorders_conflicts_of",
            ),
        ),
    ]
