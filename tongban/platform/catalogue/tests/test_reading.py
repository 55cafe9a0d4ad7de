import os
import shutil

import pytest

from tests.cast import definition
from tongban.platform.catalogue.services.reading import read

pytestmark = pytest.mark.found("S-LOW")


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(definition("food-business"), tmp_path / "food-business")


@pytest.mark.parametrize("name", ["documents/grant.md", "form.json", "sample.pdf"])
def test_a_link_out_of_the_folder_is_no_part_of_a_definition(folder, tmp_path, name):
    secret = tmp_path / "data"
    secret.write_text("the data key")
    place = folder / name
    place.parent.mkdir(exist_ok=True)
    place.unlink(missing_ok=True)
    place.symlink_to(secret)

    found = read(folder)

    assert name in {problem.file for problem in found.problems}
    assert "the data key" not in repr(found)


def test_a_linked_folder_brings_nothing_in(folder, tmp_path):
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "grant.md").write_text("the data key")
    shutil.rmtree(folder / "documents", ignore_errors=True)
    (folder / "documents").symlink_to(tmp_path / "keys")

    assert "the data key" not in repr(read(folder))


def test_what_is_no_file_is_not_waited_for(folder):
    os.mkfifo(folder / "more.md")

    assert "more.md" in {problem.file for problem in read(folder).problems}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("form.json", "[" * 100_000),
        ("form.json", "[" * 200 + "]" * 200),
        ("form.json", '{"a":' * 300 + "1" + "}" * 300),
        ("form.json", "9" * 5000),
        ("service.toml", "a = " + "[" * 100_000),
        ("service.toml", "a = " + "[" * 200 + "]" * 200),
        ("service.toml", "a = " + "9" * 5000),
        ("examples.json", "[" * 3000 + "]" * 3000),
    ],
)
def test_what_is_nested_too_deeply_is_said(folder, name, content):
    (folder / name).write_text(content)

    assert [problem.file for problem in read(folder).problems] == [name]


def test_the_shipped_ones_are_read_whole(folder):
    assert read(folder).problems == []
