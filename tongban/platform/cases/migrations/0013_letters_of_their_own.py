"""Letters get a room of their own: those that were written go with them."""

from django.db import migrations


def move(apps, schema_editor):
    old, new = apps.get_model("cases", "Letter"), apps.get_model("letters", "Letter")
    new.objects.bulk_create(
        (
            new(
                subject=f"case:{letter.case_id}",
                occasion=f"action:{letter.action_id}",
                kind=letter.kind,
                title=letter.title,
                number=letter.number,
                document_id=letter.document_id,
                issued_at=letter.issued_at,
            )
            for letter in old.objects.order_by("pk").iterator()
        ),
        batch_size=500,
    )
    # That a letter was written stands with the letter and in the journal; no step of a case says it besides.
    apps.get_model("cases", "Action").objects.filter(kind="letter_issued").delete()


class Migration(migrations.Migration):
    dependencies = [("cases", "0012_one_width"), ("letters", "0001_initial")]

    operations = [
        migrations.RunPython(move, migrations.RunPython.noop),
        migrations.DeleteModel("Letter"),
    ]
