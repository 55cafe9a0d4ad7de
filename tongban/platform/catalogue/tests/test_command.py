"""`manage.py catalogue`: what it prints, when it stops, and what it leaves behind."""

import json
import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from tongban.platform.catalogue.models import Service, Version
from tongban.platform.catalogue.tests.conftest import spoil
from tongban.platform.catalogue.tests.test_importing import LIST


def run(*words: object) -> list[str]:
    out = StringIO()
    with translation.override("en"):
        call_command("catalogue", *map(str, words), stdout=out, no_color=True)
    return out.getvalue().splitlines()


@pytest.fixture
def second(folder):
    """A second definition beside the first, with a warning."""
    other = Path(shutil.copytree(folder, folder.parent / "shop-lamp"))
    spoil(other, "service.toml", 'code = "shop-sign"', 'code = "shop-lamp"')
    spoil(other, "service.toml", 'keywords = ["挂招牌", "门头招牌"]\n', "")
    return other


WARNING = (
    "shop-lamp/service.toml, keywords: There are no everyday words. Add what people actually say: 开饭馆, 办健康证."
)


def test_checking_a_folder_of_folders_says_how_each_of_them_stands(offices, second):
    assert run("check", second.parent) == [
        WARNING,
        "shop-lamp: 0 errors, 1 warnings",
        "shop-sign: 0 errors, 0 warnings",
    ]
    assert not Service.objects.exists()


def test_checking_a_definition_looks_at_it_alone(offices, second):
    assert run("check", second) == [WARNING, "shop-lamp: 0 errors, 1 warnings"]


def test_a_check_that_finds_errors_goes_on_and_fails_at_the_end(offices, folder, second):
    spoil(second, "service.toml", "visits = 0", "visits = 2")
    out = StringIO()

    with pytest.raises(CommandError, match="1 definitions cannot be published"):
        call_command("catalogue", "check", str(folder.parent), stdout=out, no_color=True)

    assert out.getvalue().splitlines()[-1] == "shop-sign: 0 errors, 0 warnings"
    assert "shop-lamp: 2 errors, 1 warnings" in out.getvalue()


def test_a_check_draws_where_a_process_is_at_fault(offices, folder, tmp_path):
    spoil(folder, "process.bpmn", ' default="f5"', "")
    drawn = tmp_path / "faults.svg"

    with pytest.raises(CommandError, match="1 definitions cannot be published"):
        call_command("catalogue", "check", str(folder), "--picture", str(drawn), stdout=StringIO())

    assert drawn.read_text().count("process__exclusive--faulty") == 1


@pytest.mark.parametrize("verb", ["check", "load"])
def test_what_is_no_folder_is_said(offices, folder, verb):
    with pytest.raises(CommandError, match=r"service\.toml is not a folder"):
        run(verb, folder / "service.toml")


def test_loading_keeps_drafts_and_publishes_where_asked(offices, folder, second):
    assert run("load", folder) == ["shop-sign: version 1, draft, new"]
    assert run("load", folder.parent, "--publish") == [
        "shop-lamp: version 1, published, new",
        "shop-sign: version 1, published, unchanged",
    ]
    assert run("load", folder, "--publish") == ["shop-sign: version 1, published, unchanged"]
    assert Version.objects.count() == 2


def test_loading_a_superseded_folder_again_makes_a_draft_of_it(offices, folder):
    run("load", folder, "--publish")
    spoil(folder, "service.toml", "promised_days = 3", "promised_days = 4")
    run("load", folder, "--publish")
    spoil(folder, "service.toml", "promised_days = 4", "promised_days = 3")

    assert run("load", folder) == ["shop-sign: version 3, draft, new"]
    assert run("list")[:3] == [
        "shop-sign                    v1   superseded  店招设置许可",
        "shop-sign                    v2   published   店招设置许可",
        "shop-sign                    v3   draft       店招设置许可",
    ]


def test_a_broken_definition_stops_the_loading_with_all_that_is_wrong(offices, folder):
    spoil(folder, "service.toml", "visits = 0", "visits = 2")

    with pytest.raises(CommandError) as stop:
        run("load", folder)

    first, *others = str(stop.value).splitlines()
    assert first.startswith("The definition has 2 problems")
    assert [line.partition(": ")[0] for line in others] == ["service.toml, online_depth", "service.toml, visits_reason"]
    assert not Version.objects.exists()


def test_the_list_counts_guides_that_are_not_handled_here(offices, folder):
    run("load", folder)
    run("import", LIST)

    assert run("list") == [
        "shop-sign                    v1   draft       店招设置许可",
        "3 guides without online handling",
    ]


def test_an_import_prints_its_report_and_writes_the_whole_of_it(db, tmp_path):
    printed = run("import", LIST, "--report", tmp_path / "report.json")

    report = json.loads((tmp_path / "report.json").read_text())
    assert (report["source"], report["imported"], report["refused"]) == ("items.json", 3, 3)
    assert len(report["details"]) == 6
    assert printed[-1] == "6 lines: imported 3, changed 0, unchanged 0, refused 3; doubtful 1"


def test_a_folder_is_imported_as_guides(offices, tmp_path):
    (tmp_path / "guides").mkdir()

    assert run("import", tmp_path / "guides") == ["0 lines: imported 0, changed 0, unchanged 0, refused 0; doubtful 0"]


def test_what_cannot_be_imported_is_said_without_a_traceback(db, tmp_path):
    (tmp_path / "list.json").write_text("{}")

    with pytest.raises(CommandError, match="not a list of items"):
        run("import", tmp_path / "list.json")


def test_a_drawing_is_that_of_the_version_in_force(offices, folder, tmp_path):
    run("load", folder, "--publish")
    first = (folder / "process.bpmn").read_text()
    spoil(folder, "process.bpmn", 'name="审批"', 'name="审查决定"')
    run("load", folder)

    assert run("drawing", "shop-sign", tmp_path / "out.bpmn") == [f"shop-sign: version 1, {tmp_path / 'out.bpmn'}"]
    assert (tmp_path / "out.bpmn").read_text() == first


@pytest.mark.parametrize("code", ["nothing", "shop-sign"])
def test_there_is_no_drawing_of_what_is_not_published(offices, folder, tmp_path, code):
    run("load", folder)

    with pytest.raises(CommandError, match=f"no service {code} is published"):
        run("drawing", code, tmp_path / "out.bpmn")

    assert not (tmp_path / "out.bpmn").exists()
