from django.db import migrations, models


def fill(apps, schema_editor):
    """Cases handed in before say nothing of their unit: their definition does."""
    Case, Version = apps.get_model("cases", "Case"), apps.get_model("catalogue", "Version")
    for version in Version.objects.filter(pk__in=Case.objects.values("version")).iterator():
        unit = version.guide["limits"].get("unit", "workday")
        if unit != "workday":
            Case.objects.filter(version=version).update(unit=unit)


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0002_special_procedures"),
    ]

    operations = [
        migrations.AddField(
            model_name="case",
            name="unit",
            field=models.CharField(default="workday", max_length=8),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
