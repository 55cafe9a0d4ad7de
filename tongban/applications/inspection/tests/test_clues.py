"""Two tables are compared: clues with their lines, how rows were linked, and a human who decides."""

import json
from datetime import date

import pytest

from tongban.applications.inspection import services as inspection
from tongban.applications.inspection.models import ClueRecord, PenaltyCase, RiskClue, SupervisedEntity
from tongban.applications.inspection.tests.conftest import OFFICE
from tongban.infrastructure.journal.models import Reading
from tongban.infrastructure.kernel.refusals import Invalid, NotAllowed
from tongban.platform.identity.models import Department

HEAD = "name,identifier,address"
CODE = "91990102MA99H00124"
INVOICES = f"{HEAD},invoiced_yuan\n云泽市云栖面馆有限公司,{CODE},柳岸街15号,1000000\n青竹酒店,,竹里路1号,500000\n"
RETURNS = f"{HEAD},declared_yuan\n云栖面馆,{CODE},柳岸街15号,600000\n云泽市青竹酒店有限公司,,竹里路1号,480000\n"


def taken(city, kind, text):
    return inspection.take_source(
        actor=city.actor("manager"),
        kind=kind,
        title=kind,
        authority="云泽市税务局",
        purpose="核对申报收入",
        as_of=date(2026, 1, 31),
        department=Department.objects.get(key=OFFICE),
        content=text.encode(),
    )


@pytest.fixture
def clue(city):
    taken(city, "invoices", INVOICES)
    taken(city, "tax-returns", RETURNS)
    office = Department.objects.get(key=OFFICE)
    (found,) = inspection.compare(actor=city.actor("manager"), rule="invoiced-declared", department=office)
    return found


@pytest.mark.requirement("APP-R-07")
def test_sources_that_disagree_raise_a_clue_with_a_line_of_each_and_no_penalty(city, clue):
    lines = json.loads(clue.lines)

    assert [(line["source"], line["value"], line["line"]) for line in lines] == [
        ("invoices", "1000000", "2"),
        ("tax-returns", "600000", "2"),
    ]
    assert (clue.measure, clue.linkage["by"], clue.entity) == ("40.0", "identifier", SupervisedEntity.objects.get())
    assert not PenaltyCase.objects.exists()
    assert CODE not in str(list(ClueRecord.objects.values()))
    # The same tables once more bring nothing new.
    office = Department.objects.get(key=OFFICE)
    assert inspection.compare(actor=city.actor("manager"), rule="invoiced-declared", department=office) == []


def test_reading_a_clue_is_shown_to_whom_it_is_about(city, clue):
    inspection.read(actor=city.actor("manager"), clue=clue)

    assert Reading.objects.filter(party=city.people["company"].pk).exists()


def test_a_human_decides_once_and_says_why(city, clue):
    with pytest.raises(NotAllowed):
        inspection.dismiss(actor=city.actor("officer"), clue=clue, words="无")
    with pytest.raises(Invalid):
        inspection.dismiss(actor=city.actor("manager"), clue=clue, words=" ")
    inspection.dismiss(actor=city.actor("manager"), clue=clue, words="红字发票造成差异。")
    with pytest.raises(inspection.ClueDecidedAlready):
        inspection.dismiss(actor=city.actor("manager"), clue=clue, words="再次。")


def test_a_clue_leads_to_an_inspection_of_its_object(scene, clue):
    found = inspection.pursue(
        actor=scene.city.actor("manager"), clue=clue, words="现场核对账簿。", inspection=scene.planned
    )

    assert (found.pursued, found.inspection) == (True, scene.planned)


def test_rows_without_identifiers_are_linked_by_name_and_address(city):
    taken(city, "electricity", "name,identifier,address,kwh_month\n青竹酒店,,竹里路1号,9000\n无名小店,,某路,4000\n")
    taken(city, "licensed-area", "name,identifier,address,area_m2\n云泽市青竹酒店有限公司,,竹里路1号,100\n")
    office, manager = Department.objects.get(key=OFFICE), city.actor("manager")

    (big,) = inspection.compare(actor=manager, rule="power-area", department=office)
    (bare,) = inspection.compare(actor=manager, rule="unlicensed-power", department=office)

    assert (big.linkage["by"], big.measure) == ("likeness", "90.0")
    assert big.linkage["address_score"] == 1000
    assert (bare.name, bare.entity) == ("无名小店", None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name,identifier\n甲,1\n", "declared_yuan"),
        ("name,declared_yuan\n甲,许多\n", "2"),
        ("name,declared_yuan\n,1\n", "2"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused_with_its_line(city, text, said):
    with pytest.raises(Invalid) as refused:
        taken(city, "tax-returns", text)
    assert said in refused.value.errors["file"][0]


def test_what_a_device_of_an_object_reports_is_a_clue(city):
    entity = SupervisedEntity.objects.with_names().get()
    said = {"entity": entity, "alert": "7", "words": "cold-store red -2.0", "key": "sensing:7:1"}

    assert inspection.raise_from_sensing(**said).rule == "sensing"
    assert inspection.raise_from_sensing(**said) is None
    assert RiskClue.objects.get().entity == entity
