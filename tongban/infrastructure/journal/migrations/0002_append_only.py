from django.db import migrations

from tongban.infrastructure.journal import guard


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]

    operations = [
        migrations.RunPython(
            lambda apps, editor: guard.install(editor.connection),
            lambda apps, editor: guard.remove(editor.connection),
        )
    ]
