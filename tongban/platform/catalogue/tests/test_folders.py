"""A definition folder is read file by file; what cannot be read is told with its place, and the rest is read."""

import json
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.platform.catalogue.rules import parsing
from tongban.platform.catalogue.services.reading import MAX_FILE_BYTES, MAX_NESTING, plain, read
from tongban.platform.catalogue.tests.signs import HERE, said

EMPTY = "The file is missing or empty. Add the file."
UNKNOWN = "A definition has no file of this name."
BEYOND = "The file is nested too deeply, or contains a number that is too long. Write it more simply."


def told(folder: Path) -> set[tuple[str, str, str]]:
    return {(problem.file, problem.place, said(problem)) for problem in read(folder).problems}


def files(*names: str, under: Path) -> Path:
    for name in names:
        (under / name).parent.mkdir(parents=True, exist_ok=True)
        (under / name).write_text("x")
    return under


def test_a_whole_folder_is_read_into_its_parts():
    found = read(HERE)

    assert (found.name, found.problems) == ("shop-sign", [])
    assert found.guide["effective_from"] == "2026-01-01"
    assert found.form["layout"][0]["step"] == "shop"
    assert found.process.startswith("<?xml")
    assert set(found.templates) == {"licence.md", "documents/face.md"}
    assert found.media == {"design-sample.png": (HERE / "design-sample.png").read_bytes()}
    assert [example["kind"] for example in found.examples] == ["yes", "no", "incomplete"]


def test_what_is_kept_of_a_folder_are_its_texts_as_read():
    found = read(HERE)

    assert json.loads(json.dumps(found.content())) == {
        "guide": found.guide,
        "form": found.form,
        "process": found.process,
        "tables": {},
        "templates": found.templates,
        "examples": found.examples,
    }


@pytest.mark.parametrize("needed", ["service.toml", "form.json", "process.bpmn", "examples.json"])
@pytest.mark.parametrize("how", ["missing", "empty"])
def test_a_file_that_is_needed_is_told_once_where_it_says_nothing(folder, needed, how):
    if how == "missing":
        (folder / needed).unlink()
    else:
        (folder / needed).write_text({".json": "[]"}.get(Path(needed).suffix, ""))

    assert told(folder) == {(needed, "", EMPTY)}


@pytest.mark.parametrize("name", ["fee.dmn", "documents/grant.md", "licence.md", "more-sample.PDF", "a.jpeg"])
def test_files_of_the_format_are_taken(folder, name):
    files(name, under=folder)

    assert told(folder) == set()


@pytest.mark.parametrize(
    "name",
    ["run.py", "tables/fee.dmn", "grant.md", "documents/more.txt", "documents.md", "examples.yaml", "service.toml.bak"],
)
def test_a_file_of_another_name_is_refused(folder, name):
    files(name, under=folder)

    ((file, place, sentence),) = told(folder)
    assert (file, place, sentence[: len(UNKNOWN)]) == (name, "", UNKNOWN)


@pytest.mark.parametrize("name", [".gitignore", ".git/config", "__pycache__/x.py", "documents/.draft.md"])
def test_what_tools_leave_behind_is_not_looked_at(folder, name):
    before = read(folder).digest
    files(name, under=folder)

    assert told(folder) == set()
    assert read(folder).digest == before


@pytest.mark.parametrize("over", [0, 1])
def test_a_sample_may_be_as_large_as_five_megabytes(folder, over):
    (folder / "large.pdf").write_bytes(b"x" * (MAX_FILE_BYTES + over))

    wanted = {("large.pdf", "", "The file is larger than 5 MB. Make it smaller.")} if over else set()
    assert told(folder) == wanted


def test_a_text_of_another_encoding_is_told_with_its_place(folder):
    (folder / "licence.md").write_bytes("# 许可证".encode("gb18030"))

    assert told(folder) == {("licence.md", "byte 2", "The file is not UTF-8 text. Save it as UTF-8.")}


@pytest.mark.parametrize("file", ["service.toml", "form.json", "examples.json", "process.bpmn", "licence.md"])
def test_the_mark_that_some_editors_put_first_is_no_part_of_a_text(folder, file):
    kept = read(folder).content()
    (folder / file).write_bytes(b"\xef\xbb\xbf" + (folder / file).read_bytes())

    assert read(folder).content() == kept


def test_a_folder_is_known_by_all_that_is_in_it(folder):
    def changed(change):
        change()
        return read(folder).digest

    face, other = folder / "documents" / "face.md", folder / "documents" / "other.md"
    text = face.read_text()
    digests = [
        read(folder).digest,
        changed(lambda: face.write_text(text + " ")),
        changed(lambda: face.rename(other)),
        changed(lambda: (folder / "design-sample.png").write_bytes(b"x")),
        changed(lambda: (folder / "fee.dmn").write_text("")),
    ]

    assert len(set(digests)) == 5
    other.rename(face)
    face.write_text(text)
    (folder / "fee.dmn").unlink()
    (folder / "design-sample.png").write_bytes((HERE / "design-sample.png").read_bytes())
    assert read(folder).digest == read(HERE).digest == digests[0]


def test_what_stands_in_one_file_cannot_be_moved_into_the_next(tmp_path):
    """Names and contents are told apart, so that no two folders of different files share a digest."""
    one, two = tmp_path / "one", tmp_path / "two"
    for folder, first, second in ((one, "ab", "c"), (two, "a", "bc")):
        (folder / "documents").mkdir(parents=True)
        (folder / "documents" / "a.md").write_text(first)
        (folder / "documents" / "b.md").write_text(second)

    assert read(one).digest != read(two).digest


# What is wrong with a text, and how that is said.
TOML = {
    "a = ": "a value cannot be read",
    "a = = 1": "a value cannot be read",
    "a = tru": "a value cannot be read",
    'a = "\\u12"': "a value cannot be read",
    "a = 1 2": "something is left over at the end of the line",
    "a = 2026-13-01": "something is left over at the end of the line",
    "[a]]\n": "something is left over at the end of the line",
    "a": "“=” is missing after a key",
    "a = 1\na = 2": "a key appears twice",
    "a.b = 1\na = 2": "a key appears twice",
    "a = {b = 1, b = 2}": "a key appears twice",
    "a = [1]\n[[a]]": "a key appears twice",
    "[a]\n[a]": "a table appears twice",
    "a = {b = 1}\n[a.c]": "a table appears twice",
    "= 1": "the line begins with neither a key nor a table",
    "许可 = 1": "the line begins with neither a key nor a table",
    "a = {\n}": "a key begins with a character that is not allowed",
    'a = "x': "a text is not closed",
    'a = "x\ny"': "a text is not closed",
    "a = 'x": "a text is not closed",
    "a = 'x\ny'": "a text is not closed",
    'a = """x': "a text is not closed",
    'a = "\x01"': "a character is not allowed there",
    "a = '\x01'": "a character is not allowed there",
    'a = "\\ud800"': "a character is not allowed there",
    "a = [1, 2": "a list is not closed",
    "a = {b = 1": "a table in braces is not closed",
    "[a\nb = 1": "a bracket is not closed",
    "[[a]\n": "a bracket is not closed",
    'a = "\\d"': "a backslash has to be written twice",
}
JSON = {
    '{"a": 1 "b": 2}': "a comma is missing",
    "[1 2]": "a comma is missing",
    "[1": "a comma is missing",
    '{"a" 1}': "a colon is missing",
    "{a: 1}": "a name between double quotes is missing, or there is a comma too many",
    '{"a": 1,}': "a name between double quotes is missing, or there is a comma too many",
    '{"a": }': "a value is missing, or there is a comma too many",
    "[1,]": "a value is missing, or there is a comma too many",
    "nul": "a value is missing, or there is a comma too many",
    '{"a": "x\ny"}': "a text is not closed",
    '{"a": "x': "a text is not closed",
    '{"a": "\\d"}': "a backslash has to be written twice",
    '{"a": "\\u12"}': "a backslash has to be written twice",
    "{} {}": "something is left over after the end",
}


@pytest.mark.parametrize("text", TOML)
def test_what_is_no_toml_is_said_in_words(folder, text):
    (folder / "service.toml").write_text(text)

    ((file, _place, sentence),) = told(folder)

    remedy = "Correct the line; texts are written between double quotes."
    assert (file, sentence) == ("service.toml", f"This is not valid TOML: {TOML[text]}. {remedy}")


@pytest.mark.parametrize("text", JSON)
@pytest.mark.parametrize("file", ["form.json", "examples.json"])
def test_what_is_no_json_is_said_in_words(folder, file, text):
    (folder / file).write_text(text)

    ((named, _place, sentence),) = told(folder)

    remedy = "Correct it there; often a comma is missing or left over."
    assert (named, sentence) == (file, f"This is not valid JSON: {JSON[text]}. {remedy}")


@pytest.mark.parametrize(
    ("file", "text", "place"),
    [
        ("service.toml", "a = 1\nb = = 2\n", "line 2, column 5"),
        ("service.toml", "a = [1, 2", ""),
        ("form.json", '{"a": 1,\n "b" 2}', "line 2, column 6"),
        ("examples.json", "", "line 1, column 1"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(folder, file, text, place):
    (folder / file).write_text(text)

    assert {(named, where) for named, where, _said in told(folder)} == {(file, place)}


@pytest.mark.parametrize(
    ("said_by_reader", "place", "words"),
    [
        ("Invalid value (at line 4, column 8)", "line 4, column 8", "a value cannot be read"),
        ("Invalid value (at end of document)", "", "a value cannot be read"),
        ("Invalid value", "", "a value cannot be read"),
        ("Illegal character '\\n' (at line 1, column 7)", "line 1, column 7", "a text is not closed"),
        ("Something new (at line 1, column 2)", "line 1, column 2", "Something new"),
    ],
)
def test_the_place_is_taken_out_of_what_the_reader_says(said_by_reader, place, words):
    assert parsing.toml(said_by_reader) == (place, words)


def test_what_the_reader_of_json_may_say_one_day_is_passed_on():
    assert parsing.json("Something new") == "Something new"


@pytest.mark.parametrize("deep", [0, 1])
def test_a_file_may_be_nested_as_deeply_as_anybody_writes(folder, deep):
    inside = "[" * (MAX_NESTING - 1 + deep) + "1" + "]" * (MAX_NESTING - 1 + deep)
    (folder / "form.json").write_text(inside)

    assert told(folder) == ({("form.json", "", BEYOND)} if deep else set())


@settings(max_examples=30)
@given(
    st.recursive(
        st.integers() | st.text(max_size=4) | st.dates() | st.datetimes(),
        lambda one: st.lists(one, max_size=3) | st.dictionaries(st.text(max_size=4), one, max_size=3),
        max_leaves=6,
    )
)
def test_dates_become_texts_all_the_way_down(value):
    json.dumps(plain(value))


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (date(2026, 3, 2), "2026-03-02"),
        (datetime(2026, 3, 2, 9, 30), "2026-03-02T09:30:00"),  # noqa: DTZ001
        ({"a": [date(2026, 3, 2), 1]}, {"a": ["2026-03-02", 1]}),
        ("2026", "2026"),
        (None, None),
    ],
)
def test_only_dates_change(value, kept):
    assert plain(value) == kept
