"""Somebody with every right on the database empties the journal, shortens it, dates it anew, or writes into it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.journal import schedule, triggers
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.journal.models import Batch, Fact
from tongban.infrastructure.kernel import clock, ids
from tongban.infrastructure.kernel.actors import SYSTEM

pytestmark = pytest.mark.django_db
ON_POSTGRESQL = pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL has it")
ON_SQLITE = pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite has it")


@dataclass(frozen=True)
class CaseDecided:
    case_id: int


CaseDecided.__module__ = "tongban.platform.cases.events"


@pytest.fixture
def anchors(settings: Any, tmp_path: Path, django_capture_on_commit_callbacks: Callable[..., Any]) -> Path:
    """Five batches of two facts, noted outside of the database."""
    settings.JOURNAL_BATCH_FACTS, settings.JOURNAL_ANCHORS = 2, str(tmp_path / "anchors")
    for number in range(10):
        journal.write(CaseDecided(number), by=SYSTEM, subject=f"case:{number}")
    with django_capture_on_commit_callbacks(execute=True):
        journal.seal()
    assert not journal.verify().problems
    connection.check_constraints()  # PostgreSQL alters no table while something of it is still to be checked
    return tmp_path / "anchors"


def attack(*statements: str) -> None:
    """Take the triggers away, do it, and put them back as they were."""
    connection.check_constraints()
    triggers.remove(connection)
    with connection.cursor() as cursor:
        for sql in statements:
            cursor.execute(sql)
    connection.check_constraints()
    triggers.install(connection)


def kinds() -> set[str]:
    return {problem.kind for problem in journal.verify().problems}


def verified(*arguments: str) -> str:
    out = StringIO()
    call_command("journal", "verify", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.found("S-M1")
def test_a_shortened_journal_is_found_without_a_checkpoint(anchors: Path) -> None:
    numbers = [batch.pk for batch in Batch.objects.in_order()][-3:]
    among = ", ".join(map(str, numbers))

    attack(f"DELETE FROM journal_fact WHERE batch_id IN ({among})", f"DELETE FROM journal_batch WHERE id IN ({among})")

    assert kinds() == {"anchor"}
    with pytest.raises(CommandError, match="not what was sealed"):
        verified()


@pytest.mark.found("S-M1")
def test_an_emptied_journal_is_found_even_after_new_facts_were_sealed(anchors: Path, settings: Any) -> None:
    count = Fact.objects.count()
    attack("DELETE FROM journal_fact", "DELETE FROM journal_batch")

    assert kinds() == {"anchor"}
    with pytest.raises(CommandError):
        verified()

    settings.JOURNAL_BATCH_FACTS = 1
    for number in range(count + 5):
        journal.write(CaseDecided(number), by=SYSTEM, subject=f"case:{number}")
    journal.seal()
    assert kinds() == {"anchor"}


@pytest.mark.found("S-M1")
def test_a_journal_written_anew_with_other_dates_is_found(anchors: Path) -> None:
    attack("DELETE FROM journal_fact", "DELETE FROM journal_batch")
    with clock.at(clock.now() - timedelta(days=40)):
        for number in range(10):
            journal.write(CaseDecided(number), by=SYSTEM, subject=f"case:{number}")
        journal.seal()

    assert "anchor" in kinds()


@pytest.mark.found("S-M1")
def test_the_command_says_which_anchor_it_used_and_the_files_are_only_written_on(anchors: Path) -> None:
    batches, facts = Batch.objects.count(), Fact.objects.count()
    (file,) = anchors.glob("*.log")

    assert f"batch {batches}, {facts} facts" in verified()
    assert len(file.read_text().splitlines()) == batches
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.found("S-M1")
def test_an_anchor_that_was_changed_is_found(anchors: Path) -> None:
    (file,) = anchors.glob("*.log")
    file.write_text(file.read_text().replace(",4,", ",3,"))

    assert "anchor" in kinds()


@pytest.mark.found("S-M1")
def test_a_restored_backup_is_accepted_with_a_reason_and_watched_from_there(
    anchors: Path, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    last = Batch.objects.newest()
    attack(f"DELETE FROM journal_fact WHERE batch_id = {last.pk}", f"DELETE FROM journal_batch WHERE id = {last.pk}")
    assert kinds() == {"anchor"}

    call_command("journal", "accept", "--reason", "the backup of Monday was restored", stdout=StringIO())

    assert "the backup of Monday was restored" in verified()
    assert Fact.objects.get(name="journal.JournalAccepted").reason == "the backup of Monday was restored"
    with django_capture_on_commit_callbacks(execute=True):
        journal.seal()
    last = Batch.objects.newest()
    attack(f"DELETE FROM journal_fact WHERE batch_id = {last.pk}", f"DELETE FROM journal_batch WHERE id = {last.pk}")
    assert kinds() == {"anchor"}


@pytest.mark.found("S-M1")
def test_the_nightly_check_sends_the_anchor_away_by_mail(anchors: Path, settings: Any, tmp_path: Path) -> None:
    settings.JOURNAL_ANCHOR_MAIL, settings.VAR = "record@example.cn", tmp_path
    last = Batch.objects.newest()

    schedule.check_chain()
    jobs.run_all()

    (letter,) = (file for file in (tmp_path / "mail").rglob("*") if file.is_file())
    assert "record@example.cn" in letter.read_text()
    assert journal.seal_state().checked.data["problems"] == 0
    assert last.digest in schedule.mailing.text(journal.verify())


@pytest.mark.found("S-M2")
@ON_SQLITE
def test_a_trigger_of_the_same_name_that_does_nothing_is_found(anchors: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER journal_fact_stays")
        cursor.execute(
            "CREATE TRIGGER journal_fact_stays BEFORE DELETE ON journal_fact FOR EACH ROW BEGIN SELECT 1; END"
        )

    assert kinds() == {"triggers"}


@pytest.mark.found("S-M2")
def test_a_trigger_that_was_put_beside_ours_is_found(anchors: Path) -> None:
    quiet = {
        "sqlite": "CREATE TRIGGER other AFTER INSERT ON journal_fact BEGIN SELECT 1; END",
        "postgresql": "CREATE RULE other AS ON INSERT TO journal_batch WHERE new.number > 999999 DO INSTEAD NOTHING",
    }
    with connection.cursor() as cursor:
        cursor.execute(quiet[connection.vendor])

    assert kinds() == {"triggers"}


@pytest.mark.found("S-M2")
@ON_POSTGRESQL
@pytest.mark.parametrize(
    "sql",
    [
        "CREATE OR REPLACE FUNCTION journal_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN OLD; END $$",
        "ALTER TABLE journal_fact ENABLE REPLICA TRIGGER journal_fact_stays",
        "ALTER TABLE journal_fact ENABLE TRIGGER journal_fact_stays",
        "ALTER TABLE journal_fact DISABLE TRIGGER journal_fact_stays",
        "ALTER TABLE journal_fact DISABLE TRIGGER journal_fact_whole",
        "DROP TRIGGER journal_fact_whole ON journal_fact",
    ],
)
def test_a_guard_that_was_weakened_is_found(anchors: Path, sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)

    assert kinds() == {"triggers"}


@pytest.mark.found("S-M1", "S-M2")
@ON_POSTGRESQL
@pytest.mark.parametrize("session", ["origin", "replica"])
def test_the_tables_cannot_be_truncated_nor_changed_as_a_replica_would(anchors: Path, session: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL session_replication_role = {session}")
    for sql in ("TRUNCATE journal_fact, journal_batch CASCADE", "DELETE FROM journal_fact"):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


@pytest.mark.found("S-M2")
@ON_SQLITE
@pytest.mark.parametrize("recursive", ["ON", "OFF"])
def test_a_row_cannot_be_replaced(anchors: Path, recursive: str) -> None:
    before = list(Fact.objects.order_by("pk").values())
    replace = (
        "INSERT OR REPLACE INTO journal_fact SELECT id, uid, name, at, subject, account, '别人', actor_kind, "
        "on_behalf, channel, address, reason, data, batch_id, written_at, mac FROM journal_fact"
    )

    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA recursive_triggers={recursive}")
    try:
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(replace)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA recursive_triggers=ON")

    assert list(Fact.objects.order_by("pk").values()) == before


@ON_SQLITE
def test_our_own_connections_let_triggers_see_what_is_replaced() -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA recursive_triggers")
        assert cursor.fetchone() == (1,)


@pytest.mark.found("S-M3")
@pytest.mark.parametrize("days", [0, 27])
def test_a_forged_fact_is_named_and_does_not_become_sealed_truth(anchors: Path, days: int) -> None:
    like = Fact.objects.order_by("pk").last()
    values = {field.attname: getattr(like, field.attname) for field in Fact._meta.concrete_fields}
    moment = clock.now() - timedelta(days=days)
    forged = Fact.objects.create(
        **values | {"id": None, "uid": ids.uid(), "at": moment, "batch_id": None, "reason": "x"}
    )
    assert journal.seal_status(forged) == "forged"

    journal.seal()

    assert Fact.objects.get(pk=forged.pk).batch is None
    assert [(problem.kind, problem.fact) for problem in journal.verify().problems] == [("forged", forged.pk)]
    with pytest.raises(CommandError):
        verified()


@pytest.mark.found("S-M3")
def test_facts_behind_many_forged_ones_are_sealed_all_the_same(anchors: Path) -> None:
    Fact.objects.bulk_create(
        [Fact(name="cases.CaseDecided", at=clock.now(), actor_kind="system") for _number in range(5)]
    )
    last = journal.write(CaseDecided(77), by=SYSTEM, subject="case:77")

    journal.seal()

    assert Fact.objects.get(pk=last.pk).batch is not None
    assert Fact.objects.unsealed().count() == 5


@pytest.mark.found("S-M3")
def test_a_fact_dated_back_is_named_even_with_its_code(anchors: Path) -> None:
    """Whoever holds the data key as well can make the code, but not the order in which facts were written."""
    back = journal.write(CaseDecided(5), by=SYSTEM, subject="case:5")
    back.at = clock.now() - timedelta(days=27)
    back.mac = journal.proving.mac_of(back)
    attack(f"DELETE FROM journal_fact WHERE id = {back.pk}")
    back.save(force_insert=True)

    journal.seal()

    assert [(problem.kind, problem.fact) for problem in journal.verify().problems] == [("dated", back.pk)]


def test_what_a_demonstration_plays_on_earlier_days_is_no_forgery(anchors: Path) -> None:
    with clock.at(clock.now() - timedelta(days=90)):
        played = journal.write(CaseDecided(5), by=SYSTEM, subject="case:5")
    journal.write(CaseDecided(6), by=SYSTEM, subject="case:6")
    journal.seal()

    assert not journal.verify().problems
    assert played.written_at > played.at + timedelta(days=89)
