"""The rehearsal plays every example of every service, and leaves the real data as it was."""

import hashlib
import json
import sqlite3
from pathlib import Path

import pytest

from tests.running import at, prepared
from tongban.platform.catalogue.demonstration import definition_folders


def rows(folder: Path) -> dict[str, int]:
    with sqlite3.connect(folder / "var" / "tongban.sqlite3") as database:
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}


def record(folder: Path) -> str:
    """Return a digest of the journal: every fact, its seal among them."""
    with sqlite3.connect(folder / "var" / "tongban.sqlite3") as database:
        facts = database.execute("SELECT * FROM journal_fact ORDER BY id").fetchall()
        batches = database.execute("SELECT number, digest FROM journal_batch ORDER BY number").fetchall()
    return hashlib.sha256(repr((facts, batches)).encode()).hexdigest()


def files(folder: Path) -> dict[str, str]:
    """Return every file outside the database with the digest of what is in it."""
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in folder.rglob("*")
        if file.is_file() and not file.name.startswith("tongban.sqlite3")
    }


@pytest.mark.slow
def test_every_example_of_every_service_is_played_and_leaves_no_trace(tmp_path):
    (tmp_path / "tmp").mkdir()
    house = at(prepared(tmp_path / "var"), 0, TMPDIR=str(tmp_path / "tmp"))
    assert house.manage("journal", "seal").returncode == 0
    before = rows(tmp_path), record(tmp_path), files(tmp_path)

    done = house.manage("rehearse")

    examples = [json.loads((folder / "examples.json").read_text()) for folder in definition_folders()]
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == f"{sum(map(len, examples))} passed, 0 failed"
    assert all({"yes", "no", "incomplete"} == {example["kind"] for example in some} for some in examples)
    assert len(examples) >= 6
    assert before[0]["journal_fact"] > 20
    assert before == (rows(tmp_path), record(tmp_path), files(tmp_path))


def test_a_service_nobody_knows_is_told_with_those_there_are(tmp_path):
    done = at(tmp_path / "var", 0).manage("rehearse", "flying")

    assert done.returncode == 1
    assert done.stderr.startswith("CommandError: No service is called flying. There are: ")
    assert "flexible-employment, food-business" in done.stderr
    assert not (tmp_path / "var" / "tongban.sqlite3").exists()
