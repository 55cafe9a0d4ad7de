"""Definitions become versions; versions are put in force, superseded, withdrawn."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.refusals import NotAllowed
from tongban.platform.catalogue import services as catalogue
from tongban.platform.catalogue.models import Service, Version
from tongban.platform.catalogue.tests.conftest import spoil


def test_a_whole_folder_has_nothing_wrong(offices, folder):
    assert catalogue.check(folder) == []


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("service.toml", "schema = 1", "schema = = 1"),
        ("form.json", '"widget": "text"', '"widget": "balloon"'),
        ("form.json", "{", "{,"),
        ("process.bpmn", 'targetRef="approve"', 'targetRef="nowhere"'),
        ("licence.md", "{{ number }}", "{% load evil %}"),
        ("documents/face.md", "{{ answers.shop_name }}", "{% if answers.lit %}"),
        ("examples.json", '"shop_name": "禾香餐馆"', '"shop_name": "x"'),
    ],
)
def test_a_broken_definition_is_neither_kept_nor_published(offices, folder, file, old, new):
    spoil(folder, file, old, new)

    with pytest.raises(catalogue.DefinitionBroken) as refusal:
        catalogue.load(actor=SYSTEM, folder=folder)

    assert file in {problem.file for problem in refusal.value.problems}
    assert not Version.objects.exists()


def test_an_unknown_file_is_refused(offices, folder):
    (folder / "run.py").write_text("import os")

    assert [problem.file for problem in catalogue.check(folder)] == ["run.py"]


def test_loading_the_same_folder_twice_changes_nothing(offices, folder):
    first = catalogue.load(actor=SYSTEM, folder=folder)
    facts = Fact.objects.count()

    again = catalogue.load(actor=SYSTEM, folder=folder)

    assert (again.version, again.changed) == (first.version, False)
    assert Fact.objects.count() == facts


def test_a_changed_folder_becomes_a_new_draft_and_the_old_one_ends(offices, folder):
    first = catalogue.load(actor=SYSTEM, folder=folder).version
    spoil(folder, "service.toml", "promised_days = 3", "promised_days = 5")

    second = catalogue.load(actor=SYSTEM, folder=folder).version

    first.refresh_from_db()
    assert (second.number, second.state) == (2, "draft")
    assert first.state == "superseded"


@pytest.mark.requirement("APP-S-27", "APP-S-23")
def test_publishing_puts_a_version_in_force_and_supersedes_the_one_before(sign, folder):
    first = sign.current
    spoil(folder, "service.toml", 'name = "店招设置许可"', 'name = "店招许可"')
    draft = catalogue.load(actor=SYSTEM, folder=folder).version
    assert Service.objects.get(pk=sign.pk).name == "店招设置许可"

    catalogue.publish(actor=SYSTEM, version=draft)

    service, first = Service.objects.get(pk=sign.pk), Version.objects.get(pk=first.pk)
    assert (service.name, service.current, service.offered, service.online) == ("店招许可", draft, True, True)
    assert first.state == "superseded"
    assert first.guide["name"] == "店招设置许可"
    assert Fact.objects.filter(name="catalogue.ServicePublished").count() == 2


def test_what_is_in_force_can_be_published_again_without_effect(sign):
    facts = Fact.objects.count()

    catalogue.publish(actor=SYSTEM, version=sign.current)

    assert Fact.objects.count() == facts


def test_a_superseded_version_cannot_be_published(sign, folder):
    first = sign.current
    spoil(folder, "service.toml", "promised_days = 3", "promised_days = 5")
    catalogue.publish(actor=SYSTEM, version=catalogue.load(actor=SYSTEM, folder=folder).version)

    with pytest.raises(catalogue.NotADraft):
        catalogue.publish(actor=SYSTEM, version=first)


def test_a_withdrawn_service_is_not_offered_but_its_version_stays_readable(sign):
    version = sign.current

    catalogue.withdraw(actor=SYSTEM, service=sign, reason="并入其他事项")

    version.refresh_from_db()
    assert not Service.objects.offered().exists()
    assert (version.state, version.guide["code"]) == ("withdrawn", "shop-sign")
    assert Fact.objects.filter(name="catalogue.ServiceWithdrawn", reason="并入其他事项").exists()
    with pytest.raises(catalogue.NotInForce):
        catalogue.withdraw(actor=SYSTEM, service=sign, reason="再来")


def test_duties_reach_only_their_own_department(offices, folder, designer, stranger):
    with pytest.raises(NotAllowed):
        catalogue.load(actor=stranger, folder=folder)
    version = catalogue.load(actor=designer, folder=folder).version

    with pytest.raises(NotAllowed):
        catalogue.publish(actor=stranger, version=version)
    catalogue.publish(actor=designer, version=version)

    with pytest.raises(NotAllowed):
        catalogue.withdraw(actor=stranger, service=version.service, reason="no")


def test_a_version_gives_out_its_parts(sign):
    version = sign.current

    assert version.guide["limits"]["promised_days"] == 3
    assert version.form["layout"][0]["step"] == "shop"
    assert "userTask" in version.process
    assert set(version.templates) == {"licence.md", "documents/face.md"}
    assert version.examples[0]["kind"] == "yes"
    assert set(version.files) == {"design-sample.png", "result-sample.pdf"}


def test_the_command_checks_loads_and_lists(offices, folder):
    out = StringIO()
    call_command("catalogue", "check", str(folder.parent), stdout=out)
    call_command("catalogue", "load", str(folder), "--publish", stdout=out)
    call_command("catalogue", "load", str(folder), stdout=out)
    call_command("catalogue", "list", stdout=out)

    assert "shop-sign: 0 errors, 0 warnings" in out.getvalue()
    assert "version 1, published, new" in out.getvalue()
    assert "version 1, published, unchanged" in out.getvalue()

    spoil(folder, "service.toml", "visits = 0", "visits = 2")
    with pytest.raises(CommandError):
        call_command("catalogue", "check", str(folder), stdout=out)


def test_a_drawing_leaves_as_it_came(offices, folder, tmp_path):
    """Diagram, remarks and what another tool added for itself are kept byte by byte."""
    text = (folder / "process.bpmn").read_text()
    text = text.replace(
        "<bpmn:process ",
        "<!-- 由其他工具绘制 -->\r\n<bpmn:collaboration id='c'>"
        "<bpmn:participant id='pool' processRef='shop_sign'/></bpmn:collaboration>\r\n<bpmn:process ",
        1,
    )
    text = text.replace(
        "</bpmn:process>",
        '<bpmn:textAnnotation id="note"><bpmn:text>见第三条</bpmn:text></bpmn:textAnnotation><bpmn:extensionElements>'
        '<m:made xmlns:m="urn:made" with="another tool"/></bpmn:extensionElements></bpmn:process>'
        '<bpmndi:BPMNDiagram xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" id="d1"/>',
        1,
    )
    (folder / "process.bpmn").write_bytes(text.encode())
    catalogue.publish(actor=SYSTEM, version=catalogue.load(actor=SYSTEM, folder=folder).version)

    call_command("catalogue", "drawing", "shop-sign", str(tmp_path / "out.bpmn"), stdout=StringIO())

    assert (tmp_path / "out.bpmn").read_bytes() == text.encode()
    with pytest.raises(CommandError):
        call_command("catalogue", "drawing", "nothing", str(tmp_path / "out.bpmn"))


def test_tasks_that_take_longer_than_promised_are_refused(offices, folder):
    spoil(folder, "process.bpmn", 'tongban:days="3"', 'tongban:days="30"')

    found = [problem for problem in catalogue.check(folder) if problem.forbids]

    assert [(problem.file, problem.place) for problem in found] == [("process.bpmn", "approve")]
