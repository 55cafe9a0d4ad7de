import pytest
from django.core.management import CommandError, call_command

from tongban.infrastructure.jobs.models import Job
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.storage import disk
from tongban.infrastructure.storage import services as storage
from tongban.platform.documents import schedule

pytestmark = [pytest.mark.django_db, pytest.mark.found("S-H6")]


@pytest.fixture(autouse=True)
def _own_disk(settings, tmp_path):
    settings.VAR = tmp_path


def outcome():
    return Fact.objects.named("documents.FilesChecked").newest().data


def test_the_nightly_comparison_is_a_fact():
    storage.save(b"sound", "application/pdf")
    changed = storage.save(b"changed", "application/pdf")
    disk.path_of(changed.digest).write_bytes(b"by somebody")

    schedule.compare_files()

    assert outcome() == {"files": 2, "damaged": 1, "digests": [changed.digest]}


def test_the_comparison_is_planned_once_a_night():
    schedule.plan_tonights_comparison()
    schedule.plan_tonights_comparison()

    assert Job.objects.filter(task="documents.compare_files").count() == 1


def test_the_command_names_what_is_damaged(capsys):
    kept = storage.save(b"kept", "application/pdf")
    call_command("files", "check")
    disk.path_of(kept.digest).unlink()

    with pytest.raises(CommandError, match="1 of 1"):
        call_command("files", "check")

    assert f"{kept.digest}  missing" in capsys.readouterr().out
    assert outcome()["damaged"] == 1
