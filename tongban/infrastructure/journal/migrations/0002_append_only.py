from django.db import migrations

from tongban.infrastructure.journal import triggers


class Migration(migrations.Migration):
    """Facts and batches are only added: the database itself refuses everything else."""

    dependencies = [("journal", "0001_initial")]

    operations = [
        migrations.RunPython(
            lambda apps, editor: triggers.install(editor.connection),
            lambda apps, editor: triggers.remove(editor.connection),
        ),
    ]
