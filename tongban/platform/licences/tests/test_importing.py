"""Licences of an older system: tried first, taken in row by row, once, and honest about where they come from."""

import io
import json
import zipfile
from datetime import date
from xml.sax.saxutils import escape

import pytest
from django.contrib.messages.storage.fallback import FallbackStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client, RequestFactory

from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.refusals import NotAllowed
from tongban.platform.licences import services as licences
from tongban.platform.licences.models import Licence
from tongban.platform.licences.pages import importing
from tongban.platform.licences.rules import imports
from tongban.platform.licences.tests.conftest import an_official, standing_for

pytestmark = pytest.mark.django_db

SYSTEM_NAME = "市场监管许可系统 2.0"


def a_row(**changes):
    return {
        "原系统编号": "A-1",
        "证照类型代码": "11100000MB03271699001",
        "证照名称": "食品经营许可证",
        "证照编号": "JY29901010000001",
        "持证主体": "林晓云",
        "证件号码": "11010519491231002X",
        "颁发机构": "云泽市市场监督管理局",
        "颁发日期": "2021年3月5日",
        "有效期止": "2031-03-04",
        "经营项目": "热食类食品制售",
    } | changes


def workbook(*rows):
    """Return what a spreadsheet saves: texts shared, days as numbers."""
    headings = list(rows[0])
    texts = [*headings, *(str(value) for row in rows for value in row.values() if not isinstance(value, int))]
    place = {text: number for number, text in enumerate(texts)}

    def cell(value, column, line):
        ref = f"{chr(65 + column)}{line}"
        if isinstance(value, int):
            return f'<c r="{ref}"><v>{value}</v></c>'
        return f'<c r="{ref}" t="s"><v>{place[str(value)]}</v></c>'

    lines = [headings, *([row[name] for name in headings] for row in rows)]
    body = "".join(
        f'<row r="{number}">{"".join(cell(value, column, number) for column, value in enumerate(line))}</row>'
        for number, line in enumerate(lines, 1)
    )
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        shared = "".join(f"<si><t>{escape(text)}</t></si>" for text in texts)
        package.writestr("xl/sharedStrings.xml", f"<sst {space}>{shared}</sst>")
        package.writestr("xl/worksheets/sheet1.xml", f"<worksheet {space}><sheetData>{body}</sheetData></worksheet>")
    return out.getvalue()


def taken(*rows, dry_run=False, actor=SYSTEM):
    return licences.import_licences(actor=actor, rows=rows, system=SYSTEM_NAME, dry_run=dry_run)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2024-01-31", date(2024, 1, 31)),
        ("2024/1/31", date(2024, 1, 31)),
        ("2024年1月31日", date(2024, 1, 31)),
        ("20240131", date(2024, 1, 31)),
        ("45322", date(2024, 1, 31)),
        ("2024-02-30", None),
        ("明天", None),
    ],
)
def test_days_are_read_however_they_are_written(text, read):
    assert imports.day(text) == read


def test_a_trial_changes_nothing_and_says_what_would_happen(market):
    (one,) = taken(a_row(), dry_run=True)

    assert one.outcome == "taken"
    assert not Licence.objects.exists()
    assert not Fact.objects.filter(name__startswith="licences.").exists()


def test_a_workbook_is_taken_in_once(market):
    rows = licences.read_table(workbook(a_row(颁发日期=44260), a_row(原系统编号="A-2", 证照编号="JY29901010000002")))

    assert [one.outcome for one in taken(*rows)] == ["taken", "taken"]
    assert [one.outcome for one in taken(*rows)] == ["known", "known"]

    licence = Licence.objects.get(number="JY29901010000001")
    assert licence.issued_on == date(2021, 3, 5)
    assert licence.valid_until == date(2031, 3, 4)
    assert licence.face == {"经营项目": "热食类食品制售"}
    assert licence.origin == SYSTEM_NAME
    assert licence.document is None
    assert Fact.objects.filter(name="licences.LicenceImported").count() == 2


def test_json_is_taken_as_well_with_a_foreign_identifier_and_a_warning(market):
    row = a_row(电子证照标识="11100000MB03271699001.11990100MB0990016L.2021000007.001.A")
    content = json.dumps({"licences": [row]}, ensure_ascii=False).encode()

    (one,) = taken(*licences.read_table(content))

    assert one.outcome == "taken"
    assert any("1.2.156.3005.2" in remark for remark in one.remarks)
    assert Licence.objects.get().identifier.startswith("1.2.156.3005.2.11100000MB03271699001.")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"证照编号": ""}, "缺少"),
        ({"颁发日期": "某日"}, "不是有效日期"),
        ({"有效期止": "2001-01-01"}, "早于起始日"),
        ({"颁发机构": "某局"}, "某局"),
        ({"证件号码": "110105194912310021"}, ""),
        ({"电子证照标识": "abc"}, "abc"),
        ({"证照类型代码": "?"}, ""),
        ({"证照名称": "证" * 200}, "过长"),
    ],
)
def test_a_wrong_row_is_told_why_and_keeps_no_other(market, changes, says):
    wrong, right = taken(a_row(**changes), a_row(原系统编号="A-2", 证照编号="JY29901010000002"))

    assert (wrong.outcome, right.outcome) == ("wrong", "taken")
    assert wrong.remarks
    assert says in "".join(wrong.remarks)
    assert Licence.objects.count() == 1


def test_a_row_that_says_something_else_now_changes_nothing(market):
    taken(a_row())

    (one,) = taken(a_row(证照编号="JY29901010000009"))

    assert one.outcome == "wrong"
    assert Licence.objects.get().number == "JY29901010000001"


def test_two_rows_with_one_number_are_not_both_taken(market):
    first, second = taken(a_row(), a_row(原系统编号="A-2"))

    assert (first.outcome, second.outcome) == ("taken", "wrong")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"[1]", b"\xff\xfe", b'{"licences": 3}'])
def test_what_is_no_table_is_refused(market, content):
    with pytest.raises(licences.TableUnreadable):
        licences.read_table(content)


def test_a_long_table_is_not_taken_at_the_desk(market):
    with pytest.raises(licences.TableTooLong):
        licences.read_table(json.dumps([a_row()] * 3).encode(), most=2)


def test_whoever_verifies_it_reads_where_it_comes_from(market, lin):
    taken(a_row())
    licence = Licence.objects.get()

    verdict = licences.verify_token(licence.token, actor=SYSTEM)
    page = Client().get(f"/licences/v/{licence.token}/").content.decode()

    assert verdict.validity == "valid"
    assert SYSTEM_NAME in page
    assert "未经本平台盖章" in page


def test_there_is_no_file_of_it_that_was_sealed_here(market, lin):
    taken(a_row())
    licence = Licence.objects.get()
    holder = standing_for(lin)

    for refused in (
        lambda: licences.file_of(actor=holder, token=licence.token),
        lambda: licences.order_ofd(actor=holder, token=licence.token),
        lambda: licences.annotate(actor=holder, token=licence.token, purpose="租赁", valid_until=date(2099, 1, 1)),
    ):
        with pytest.raises(licences.NotSealedHere):
            refused()


def test_only_whose_duty_it_is_takes_in_and_only_of_their_department(market, lin):
    with pytest.raises(NotAllowed):
        taken(a_row(), actor=standing_for(lin))
    with pytest.raises(licences.NoSystemName):
        licences.import_licences(actor=SYSTEM, rows=[a_row()], system=" ")

    assert taken(a_row(), actor=an_official(market, "licences.record"))[0].outcome == "taken"


def test_the_command_says_row_by_row_what_does_not_fit(market, tmp_path, capsys):
    file = tmp_path / "old.json"
    file.write_text(json.dumps([a_row(), a_row(原系统编号="A-2", 颁发机构="某局")], ensure_ascii=False))

    call = ("licences", "import", str(file), "--system", SYSTEM_NAME)
    with pytest.raises(CommandError):
        call_command(*call, "--dry-run")
    assert not Licence.objects.exists()
    with pytest.raises(CommandError):
        call_command(*call)

    said = capsys.readouterr().out
    assert "row 2 (A-2): wrong" in said
    assert "1 taken in, 0 there already, 1 do not fit" in said


def ask(actor, **posted):
    request = RequestFactory().post("/desk/licences/import/", posted) if posted else RequestFactory().get("/")
    request.actor, request.session = actor, {}
    request._messages = FallbackStorage(request)
    answer = importing.take_in(request)
    return answer.status_code, answer.content.decode()


def test_the_desk_tries_a_file_first_and_then_takes_it_in(market):
    clerk = an_official(market, "licences.record")
    assert ask(clerk)[0] == 200
    assert ask(clerk, system=SYSTEM_NAME, file=SimpleUploadedFile("a.xlsx", b"PK\x03\x04"))[0] == 422

    def sent():
        return SimpleUploadedFile("a.xlsx", workbook(a_row(), a_row(原系统编号="A-2", 颁发机构="某局")))

    status, page = ask(clerk, system=SYSTEM_NAME, file=sent())
    assert status == 200
    assert "试导入结果" in page
    assert "某局" in page
    assert not Licence.objects.exists()

    _status, page = ask(clerk, system=SYSTEM_NAME, file=sent(), for_good="on")
    assert "试导入结果" not in page
    assert Licence.objects.get().origin == SYSTEM_NAME
