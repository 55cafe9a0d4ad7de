"""The other laws: no signals between rooms, data with a source, words complete, nothing of a machine in the tree."""

import ast
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path
from typing import Any

import polib
import pytest

from tests.laws.house import HOUSE, ROOT, parsed, sources, tracked

ALLOWED = re.compile(
    r"\b(MIT|BSD|Apache|PSF|Python Software Foundation|MPL|Mozilla|ISC|LGPL|Lesser General|Unlicense|0BSD|HPND"
    r"|Zlib|CC0|Public Domain)\b",
    re.IGNORECASE,
)
FORBIDDEN = re.compile(r"\b(AGPL|Affero)\b|(?<!L)\bGPL|(?<!Lesser )General Public License", re.IGNORECASE)
# Packages whose metadata names no licence in a field that a program can read; each was read by hand.
READ_BY_HAND = {
    "pip": "MIT",
    "setuptools": "MIT",
    "text-unidecode": "Artistic",
}
# For tests only: never part of what is installed to run.
TESTS_ONLY = re.compile(r"^(axe-playwright-python|hypothesis|hypothesis-graphql|schemathesis|playwright)$")

MAX_LINES = 400

HOSTS = re.compile(r"pypi\.org|pythonhosted\.org|registry\.npmjs\.org|deb\.debian\.org|mirrors?\.[a-z]+\.(com|cn|org)")
MACHINE = re.compile(r"(^|[^A-Za-z0-9_.-])/(work|root|home|farm)/[a-z.]")


def signals(source: str) -> list[str]:
    """Return the model signals a file listens to or makes."""
    found = []
    for node in ast.walk(parsed(source)):
        if isinstance(node, ast.ImportFrom) and node.module in {"django.db.models.signals", "django.dispatch"}:
            found += [alias.name for alias in node.names if alias.name not in {"post_migrate", "receiver"}]
    return found


def test_rooms_do_not_signal_each_other():
    found = {str(file.relative_to(HOUSE)): signals(file.read_text()) for file in sources()}

    assert not {file: names for file, names in found.items() if names}


def test_a_signal_is_seen():
    assert signals("from django.db.models.signals import post_save\n") == ["post_save"]


def rooms_named(source: str) -> list[str]:
    """Return the rooms above the infrastructure that a file imports."""
    named = [
        name
        for node in ast.walk(parsed(source))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names])
    ]
    return [name for name in named if name.startswith(("tongban.platform", "tongban.applications", "tongban.portals"))]


# A city is founded from its file by the rooms that keep areas, departments, registers and seals; the docs are made of
# what the gateway tells.
FOUNDING = {"founding.py", "describing.py"}


def test_the_city_knows_no_room_by_name():
    files = [file for file in sources(HOUSE / "city") if file.name not in FOUNDING]

    assert len(files) > 8
    assert not {file.name: rooms_named(file.read_text()) for file in files if rooms_named(file.read_text())}


def test_a_room_that_the_city_names_is_seen():
    assert rooms_named("from tongban.applications.ratings import services\n") == ["tongban.applications.ratings"]


# What a door for supplies is called, where a file calls it or decorates with it as it is read.
SUPPLY_DOORS = re.compile(r"register\w*|set_recorder|gauge|check|connection")


def supplied(source: str) -> list[str]:
    """Return what a file supplies to rooms as it is read."""
    module = parsed(source)
    called = [node.value for node in module.body if isinstance(node, ast.Expr)]
    decorated = [deco for node in module.body if isinstance(node, ast.FunctionDef) for deco in node.decorator_list]
    return [
        ast.unparse(call.func)
        for call in (*called, *decorated)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)
        if SUPPLY_DOORS.fullmatch(call.func.attr) and not ast.unparse(call.func).startswith("atexit.")
    ]


def deaf(source: str) -> list[str]:
    """Return the public functions of a `reactions.py` that listen for nothing, neither themselves nor within."""
    return [
        node.name
        for node in parsed(source).body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and "journal.on(" not in ast.unparse(node)
    ]


# A worker's heavy libraries are supplied where they are loaded.
SUPPLYING = {"supplies.py", "worker.py"}


def test_what_a_room_supplies_stands_in_its_supplies():
    found = {str(file.relative_to(HOUSE)): supplied(file.read_text()) for file in sources()}
    supplying = {file for file, doors in found.items() if doors}

    assert len(supplying) > 10
    assert not {file: found[file] for file in supplying if Path(file).name not in SUPPLYING}


def test_reactions_only_listen():
    found = {str(file.relative_to(HOUSE)): file.read_text() for file in sources() if file.name == "reactions.py"}

    assert found
    assert not {file: deaf(text) for file, text in found.items() if deaf(text) or "journal.on(" not in text}


def test_what_is_supplied_elsewhere_is_seen():
    assert supplied("ports.register(permits.preview)\n") == ["ports.register"]
    assert supplied('@telemetry.gauge("x", "y")\ndef waiting():\n    return 1\n') == ["telemetry.gauge"]
    assert supplied("ports.SOURCES.register('case', 1)\natexit.register(stop)\n") == ["ports.SOURCES.register"]


def test_a_reaction_to_nothing_is_seen():
    assert deaf("@journal.on(Fact)\ndef follow(event):\n    pass\n\n\ndef describe():\n    pass\n") == ["describe"]


def lazy_imports(source: str) -> list[int]:
    """Return the lines of imports inside functions: circles that have learnt to hide."""
    return [
        node.lineno
        for function in ast.walk(parsed(source))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]


def test_nothing_is_imported_inside_a_function():
    found = {str(file.relative_to(HOUSE)): lazy_imports(file.read_text()) for file in sources()}

    assert not {file: lines for file, lines in found.items() if lines}


def test_an_import_inside_a_function_is_seen():
    assert lazy_imports("def peek():\n    import json\n    return json\n") == [2]


def work_of_a_package(source: str) -> list[int]:
    """Return the lines of an `__init__.py` that do more than give the names of a file that became a folder."""
    quiet = ast.ImportFrom | ast.Import | ast.Assign | ast.Expr | ast.AnnAssign
    return [node.lineno for node in parsed(source).body if not isinstance(node, quiet)]


def test_packages_are_empty_or_faces():
    found = {str(file.relative_to(HOUSE)): work_of_a_package(file.read_text()) for file in HOUSE.rglob("__init__.py")}

    assert not {file: lines for file, lines in found.items() if lines}


def test_a_package_that_works_is_seen():
    assert work_of_a_package("from a import b\n\n\ndef c():\n    return b\n") == [4]


def without_source(table: dict[str, Any]) -> bool:
    """Say whether dated data names its source nowhere."""
    return not any(
        "source" in key or (isinstance(value, dict) and not without_source(value)) or _rows_with_source(value)
        for key, value in table.items()
    )


def _rows_with_source(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(row, dict) and not without_source(row) for row in value)


def test_dated_data_names_its_source():
    files = list(HOUSE.glob("*/*/data/*.toml"))
    bare = [str(file.relative_to(HOUSE)) for file in files if without_source(tomllib.loads(file.read_text()))]

    assert files
    assert not bare


def test_data_without_a_source_are_seen():
    assert without_source(tomllib.loads('days = 20\n[[row]]\nname = "a source"\n'))
    assert not without_source(tomllib.loads('[[row]]\ndays = 20\nsource = "行政许可法第四十二条"\n'))


def unsaid(words: polib.POFile) -> list[str]:
    """Return the sentences of a word list that have no Chinese, or a doubtful one."""
    missing = []
    for entry in words:
        done = all(entry.msgstr_plural.values()) if entry.msgid_plural else entry.msgstr
        if not entry.obsolete and (not done or entry.fuzzy):
            missing.append(entry.msgid)
    return missing


def test_every_sentence_has_its_chinese():
    found = {
        str(file.relative_to(HOUSE)): unsaid(polib.pofile(str(file)))
        for file in HOUSE.rglob("locale/zh_Hans/LC_MESSAGES/django.po")
    }

    assert not {file: sentences for file, sentences in found.items() if sentences}


def test_a_sentence_without_chinese_is_seen():
    words = polib.POFile()
    words += [
        polib.POEntry(msgid="Case", msgstr="办件"),
        polib.POEntry(msgid="Seal"),
        polib.POEntry(msgid="Desk", msgstr="桌", flags=["fuzzy"]),
    ]

    assert unsaid(words) == ["Seal", "Desk"]


@pytest.mark.slow
def test_every_sentence_in_the_code_is_in_the_word_lists(tmp_path):
    known = {(entry.msgctxt, entry.msgid) for file in HOUSE.rglob("django.po") for entry in polib.pofile(str(file))}
    copy = _extracted(tmp_path / HOUSE.name)
    found = [(file, entry) for file in copy.rglob("django.po") for entry in polib.pofile(str(file))]
    missing = [
        f"{file.relative_to(copy).parents[3]}: {entry.msgid}"
        for file, entry in found
        if (entry.msgctxt, entry.msgid) not in known
    ]

    assert len(found) > 1000
    assert not missing, "\n".join(missing)


def _extracted(copy: Path) -> Path:
    """Let Django's own extraction write each room's words down, in a copy of the house."""
    left_out = shutil.ignore_patterns("tests", "static", "__pycache__", "*.po", "*.mo", "*.ttf")
    shutil.copytree(HOUSE, copy, ignore=left_out, copy_function=shutil.copyfile)
    for place in [copy, *(file.parent for file in copy.rglob("apps.py"))]:
        (place / "locale" / "zh_Hans" / "LC_MESSAGES").mkdir(parents=True, exist_ok=True)
    subprocess.run(
        [sys.executable, "-m", "django", "makemessages", "-l", "zh_Hans", "--no-location", "-v", "0"],
        cwd=copy,
        check=True,
        capture_output=True,
        env={key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"},
    )
    return copy


def licence_of(package: metadata.Distribution) -> str:
    name = package.metadata["Name"]
    if name.lower() in READ_BY_HAND:
        return READ_BY_HAND[name.lower()]
    classifiers = [line for line in package.metadata.get_all("Classifier") or [] if line.startswith("License")]
    return " ".join(
        [package.metadata.get("License-Expression") or "", *classifiers, (package.metadata.get("License") or "")[:200]]
    )


def test_every_dependency_has_a_licence_that_is_allowed():
    locked = set(re.findall(r"^([A-Za-z0-9_.-]+)==", (ROOT / "requirements" / "run.txt").read_text(), re.M))
    refused = []
    for package in metadata.distributions():
        name = package.metadata["Name"]
        if name.lower().replace("_", "-") not in {known.lower() for known in locked}:
            continue
        text = licence_of(package)
        if not ALLOWED.search(text) or (FORBIDDEN.search(text) and not re.search("LGPL|Lesser", text)):
            refused.append(f"{name}: {text.strip() or 'names no licence'}")

    assert not refused, "\n".join(refused)


@pytest.mark.parametrize("text", ["AGPL-3.0", "GNU General Public License v3", "GPL-2.0-only", "Proprietary"])
def test_a_forbidden_licence_is_seen(text):
    assert FORBIDDEN.search(text) or not ALLOWED.search(text)


def test_no_registry_and_no_machine_in_the_tree():
    found = []
    for file in tracked():
        if file.suffix in {".ttf", ".pdf", ".png", ".jpg", ".mo", ".woff2"} or file == Path(__file__):
            continue
        for number, line in enumerate(file.read_text(errors="ignore").splitlines(), 1):
            if HOSTS.search(line) or MACHINE.search(line):
                found.append(f"{file.relative_to(ROOT)}:{number}: {line.strip()[:120]}")

    assert not found, "\n".join(found)


@pytest.mark.parametrize("line", ["see https://pypi" + ".org/simple", "open /ro" + "ot/.venv"])
def test_a_registry_or_a_path_is_seen(line):
    assert HOSTS.search(line) or MACHINE.search(line)


def changed_files(list_: Path) -> list[str]:
    """Return the vendored files that are not what their list says."""
    return [
        entry[path]
        for entry in tomllib.loads(list_.read_text())["file"]
        for path, digest in (("path", "sha256"), ("licence_path", "licence_sha256"))
        if hashlib.sha256((list_.parent / entry[path]).read_bytes()).hexdigest() != entry[digest]
    ]


def test_vendored_files_are_what_they_were():
    lists = list(HOUSE.rglob("vendored.toml"))

    assert lists
    assert not {str(list_): changed_files(list_) for list_ in lists if changed_files(list_)}


def test_a_changed_vendored_file_is_seen(tmp_path):
    (tmp_path / "x.js").write_text("changed")
    (tmp_path / "LICENSE").write_text("MIT")
    mit = hashlib.sha256(b"MIT").hexdigest()
    list_ = tmp_path / "vendored.toml"
    list_.write_text(f'[[file]]\npath = "x.js"\nsha256 = "{mit}"\nlicence_path = "LICENSE"\nlicence_sha256 = "{mit}"\n')

    assert changed_files(list_) == ["x.js"]


def too_long(files: Iterable[Path]) -> dict[str, int]:
    """Return the files that nobody reads in one go, with their lines. Migrations are written by Django."""
    lines = {str(file): len(file.read_text().splitlines()) for file in files if "migrations" not in file.parts}
    return {name: count for name, count in lines.items() if count > MAX_LINES}


def test_no_python_file_is_longer_than_one_reads():
    assert not too_long(file for file in tracked() if file.suffix == ".py")


def test_a_file_that_is_too_long_is_seen(tmp_path):
    long, short = tmp_path / "long.py", tmp_path / "short.py"
    long.write_text("x = 1\n" * (MAX_LINES + 1))
    short.write_text("x = 1\n" * MAX_LINES)

    assert too_long([long, short]) == {str(long): MAX_LINES + 1}


def test_the_settings_stay_readable():
    assert len((HOUSE / "settings.py").read_text().splitlines()) <= 300


def clashes(lists: dict[str, dict[tuple[str | None, str], str]]) -> list[str]:
    """Return sentences that two rooms say differently: all rooms share one word list, so one of them would lose."""
    said: dict[tuple[str | None, str], dict[str, str]] = {}
    for room, words in lists.items():
        for key, chinese in words.items():
            said.setdefault(key, {})[room] = chinese
    return [f"{key[1]}: {rooms}" for key, rooms in said.items() if len(set(rooms.values())) > 1]


def test_no_two_rooms_say_the_same_sentence_differently():
    lists = {
        str(file.relative_to(HOUSE)): {
            (entry.msgctxt, entry.msgid): str(entry.msgstr or entry.msgstr_plural)
            for entry in polib.pofile(str(file))
            if not entry.obsolete
        }
        for file in HOUSE.rglob("locale/zh_Hans/LC_MESSAGES/django.po")
    }

    assert not clashes(lists)


def test_a_clash_is_seen():
    assert clashes({"a": {(None, "Due"): "到期"}, "b": {(None, "Due"): "应缴"}})
