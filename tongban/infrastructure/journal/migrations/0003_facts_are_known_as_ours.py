from django.db import migrations, models

from tongban.infrastructure.journal import triggers


class Migration(migrations.Migration):
    dependencies = [("journal", "0002_append_only")]

    operations = [
        migrations.RunPython(lambda apps, editor: triggers.remove(editor.connection), migrations.RunPython.noop),
        migrations.AddField("fact", "written_at", models.DateTimeField(null=True)),
        migrations.AddField("fact", "mac", models.CharField(blank=True, default="", max_length=64)),
        migrations.RunPython(
            lambda apps, editor: triggers.install(editor.connection),
            lambda apps, editor: triggers.remove(editor.connection),
        ),
    ]
