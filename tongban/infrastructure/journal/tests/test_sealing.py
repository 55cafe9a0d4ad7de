import json
from dataclasses import dataclass
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from tongban.infrastructure.crypto import services as crypto
from tongban.infrastructure.crypto.models import Key
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.jobs.models import Job
from tongban.infrastructure.journal import proving, rules, schedule, triggers
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.journal.models import Batch, Fact
from tongban.infrastructure.kernel.actors import SYSTEM, Actor

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class CaseDecided:
    case_id: int
    share: float = 0.5


CaseDecided.__module__ = "tongban.platform.cases.events"
CLERK = Actor("staff", account=7, name="陈静", acting_for=3)


@pytest.fixture
def _sealed(settings):
    """Seven facts of our own in three batches, before them that of the key."""
    settings.JOURNAL_BATCH_FACTS = 3
    crypto.key_for("journal")
    for number in range(7):
        journal.write(CaseDecided(number), by=CLERK, subject=f"case:{number}", reason="材料齐全")
    journal.seal()
    assert not journal.verify().problems


def fact(number):
    return Fact.objects.get(subject=f"case:{number}")


def tamper(sql, *values):
    """Write to the database as one who may alter its tables: the triggers go first."""
    connection.check_constraints()
    triggers.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
    connection.check_constraints()
    triggers.install(connection)


def found():
    return {(problem.kind, problem.fact or problem.batch) for problem in journal.verify().problems}


@pytest.mark.usefixtures("_sealed")
def test_sealing_takes_everything_in_signed_batches():
    assert not Fact.objects.unsealed().exists()
    assert [len(batch.fact_ids) for batch in Batch.objects.in_order()] == [3, 3, 3]
    assert journal.seal() == 0


def test_a_fact_that_comes_late_with_a_lower_id_is_sealed_too():
    late = journal.write(CaseDecided(1), by=CLERK, subject="case:1")
    values = {field.attname: getattr(late, field.attname) for field in Fact._meta.concrete_fields}
    triggers.remove(connection)
    late.delete()
    connection.check_constraints()
    triggers.install(connection)
    journal.write(CaseDecided(2), by=CLERK, subject="case:2")
    journal.seal()

    Fact.objects.create(**values)
    journal.seal()

    assert not journal.verify().problems
    assert fact(1).batch.number > fact(2).batch.number


@pytest.mark.requirement("INF-16", "QUA-04")
@pytest.mark.usefixtures("_sealed")
def test_a_changed_row_is_found_and_named():
    pk = fact(4).pk

    tamper("UPDATE journal_fact SET reason = 'friendship' WHERE id = %s", pk)

    out = StringIO()
    with pytest.raises(CommandError, match="1 problem"):
        call_command("journal", "verify", stdout=out)
    assert f"fact {pk} cases.CaseDecided case:4: changed" in out.getvalue()


@pytest.mark.usefixtures("_sealed")
def test_a_deleted_row_is_found():
    pk = fact(4).pk

    tamper("DELETE FROM journal_fact WHERE id = %s", pk)

    assert found() == {("deleted", pk)}


@pytest.mark.usefixtures("_sealed")
def test_a_row_slipped_into_a_sealed_batch_is_found():
    slipped = journal.write(CaseDecided(99), by=CLERK, subject="case:99")

    tamper("UPDATE journal_fact SET batch_id = %s WHERE id = %s", Batch.objects.get(number=2).pk, slipped.pk)

    assert found() == {("inserted", slipped.pk)}


@pytest.mark.usefixtures("_sealed")
def test_a_row_taken_out_of_its_batch_is_found_even_when_sealed_again():
    pk = fact(4).pk

    tamper("UPDATE journal_fact SET batch_id = NULL, reason = 'friendship' WHERE id = %s", pk)
    journal.seal()

    assert found() == {("changed", pk), ("moved", pk), ("forged", pk)}


@pytest.mark.usefixtures("_sealed")
def test_a_batch_written_anew_is_found_by_its_signature_and_by_the_next_batch():
    """The attacker changes a fact and makes leaves and digest fit again, but cannot sign."""
    changed = fact(3)
    batch = changed.batch
    tamper("UPDATE journal_fact SET reason = 'friendship' WHERE id = %s", changed.pk)
    rows = proving.rows_of(batch.fact_ids, 2)
    leaves = b"".join(rules.leaf(rows[pk], 2) for pk in batch.fact_ids)
    digest = rules.chained(
        layout=2, number=batch.number, previous=batch.previous, fact_ids=batch.fact_ids, leaves=leaves
    )

    tamper("UPDATE journal_batch SET leaves = %s, digest = %s WHERE id = %s", leaves, digest, batch.pk)

    assert found() == {("signature", batch.number), ("chain", batch.number + 1), ("forged", changed.pk)}


@pytest.mark.usefixtures("_sealed")
def test_leaves_changed_without_the_digest_are_found():
    batch = Batch.objects.get(number=2)

    tamper("UPDATE journal_batch SET leaves = %s WHERE id = %s", b"x" * 96, batch.pk)

    assert ("digest", 2) in found()


@pytest.mark.usefixtures("_sealed")
def test_a_batch_signed_by_another_key_is_found():
    stranger = crypto.key_for("department:health")
    batch = Batch.objects.get(number=2)
    signature = crypto.signed(stranger, rules.signed_text(batch.digest))

    tamper(
        "UPDATE journal_batch SET signature = %s, key_digest = %s WHERE id = %s",
        signature,
        stranger.key_digest,
        batch.pk,
    )

    assert found() == {("signature", 2)}


@pytest.mark.usefixtures("_sealed")
def test_a_batch_that_is_missing_is_found():
    batch = Batch.objects.get(number=2)

    tamper("DELETE FROM journal_fact WHERE batch_id = %s", batch.pk)
    tamper("DELETE FROM journal_batch WHERE id = %s", batch.pk)

    assert ("chain", 3) in found()


@pytest.mark.usefixtures("_sealed")
def test_an_end_that_was_cut_off_is_found_by_a_checkpoint():
    last = Batch.objects.newest()
    out = StringIO()
    call_command("journal", "verify", stdout=out)
    noted = next(line.split()[1] for line in out.getvalue().splitlines() if line.startswith("checkpoint"))

    tamper("DELETE FROM journal_fact WHERE batch_id = %s", last.pk)
    tamper("DELETE FROM journal_batch WHERE id = %s", last.pk)

    call_command("journal", "verify", stdout=StringIO())
    with pytest.raises(CommandError):
        call_command("journal", "verify", "--checkpoint", noted, stdout=StringIO())


@pytest.mark.usefixtures("_sealed")
def test_a_revoked_journal_key_proves_nothing_any_more():
    key = Key.objects.get(owner="journal")

    crypto.revoke(actor=SYSTEM, key_digest=key.key_digest, reason="stolen")

    assert {problem.kind for problem in journal.verify().problems} == {"signature"}


@pytest.mark.usefixtures("_sealed")
def test_a_lost_trigger_is_told():
    triggers.remove(connection)

    assert {problem.kind for problem in journal.verify().problems} == {"triggers"}


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE journal_fact SET reason = 'x'",
        "UPDATE journal_fact SET batch_id = NULL",
        "UPDATE journal_fact SET batch_id = batch_id + 0",
        "DELETE FROM journal_fact",
        "UPDATE journal_batch SET sealed_at = sealed_at",
        "DELETE FROM journal_batch",
    ],
)
@pytest.mark.usefixtures("_sealed")
def test_the_database_itself_refuses_to_change_what_is_written(sql):
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_an_unsealed_fact_cannot_be_changed_either():
    journal.write(CaseDecided(1), by=CLERK)

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Fact.objects.update(reason="x")


def test_every_column_is_sealed_and_guarded():
    columns = {field.attname for field in Fact._meta.concrete_fields} - {"batch_id"}

    assert columns == set(rules.COLUMNS[rules.LAYOUT])
    assert columns == set(triggers.FROZEN_COLUMNS.split(", "))


@pytest.mark.django_db(transaction=True)
def test_the_tables_can_be_emptied_between_tests_and_stay_guarded():
    journal.write(CaseDecided(1), by=CLERK)
    journal.seal()

    # As test runs do: numbers go on, for what was told once is put back with the numbers it had.
    call_command("flush", interactive=False, verbosity=0, reset_sequences=False)

    assert not Fact.objects.exists()
    assert not triggers.wrong(connection)


@pytest.mark.usefixtures("_sealed")
def test_one_fact_says_how_it_stands():
    assert journal.seal_status(fact(4)) == "sealed"
    assert journal.seal_status(journal.write(CaseDecided(50), by=CLERK)) == "open"

    tamper("UPDATE journal_fact SET reason = 'x' WHERE subject = 'case:4'")

    assert journal.seal_status(fact(4)) == "changed"


def test_the_nightly_check_is_planned_once_and_leaves_a_fact():
    schedule.plan_tonights_check()
    schedule.plan_tonights_check()
    schedule.seal_facts()

    assert Job.objects.waiting().count() == 1
    schedule.check_chain()
    assert journal.seal_state().checked.data["problems"] == 0


def test_what_waits_is_counted_up_to_a_limit(monkeypatch):
    monkeypatch.setattr(journal, "MAX_WAITING", 2)
    for number, (waiting, many) in enumerate([(1, False), (2, True), (2, True)]):
        journal.write(CaseDecided(number), by=CLERK)

        state = journal.seal_state()
        assert (state.waiting, state.many_wait) == (waiting, many)


@pytest.mark.usefixtures("_sealed")
def test_an_export_can_be_proven_without_the_database():
    out = StringIO()

    call_command("journal", "export", stdout=out)

    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    leaves = {line["fact"]["id"]: line["leaf"] for line in lines if "fact" in line}
    batches = [line["batch"] for line in lines if "batch" in line]
    previous = rules.START
    for batch in batches:
        sealed = bytes.fromhex("".join(leaves[pk] for pk in batch["fact_ids"]))
        digest = rules.chained(
            layout=2, number=batch["number"], previous=previous, fact_ids=batch["fact_ids"], leaves=sealed
        )
        assert digest == batch["digest"]
        previous = digest


def test_a_fact_of_a_room_below_reaches_the_journal():
    key = crypto.key_for("journal")

    assert Fact.objects.get(name="crypto.KeyMade", subject="key:journal").data["key_digest"] == key.key_digest
    assert jobs.run_all() == 0
