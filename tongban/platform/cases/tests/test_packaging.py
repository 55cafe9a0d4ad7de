"""An archived case as one package, verified by tools of the system alone: unzip, sha256sum, openssl, pdfsig."""

import json
import shutil
import subprocess
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.core.management import CommandError, call_command

from tongban.infrastructure.journal.models import Reading
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.refusals import NotAllowed
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Case, Material
from tongban.platform.cases.services import archiving


@pytest.fixture
def archived(cast, on):
    case = cast.decided()
    with on(clock.now() + timedelta(days=66)):
        cases.archive(pk=case.pk)
    return Case.objects.with_related().get(pk=case.pk)


@pytest.fixture
def folder(cast, archived, tmp_path):
    made = archiving.package(actor=cast.actor("approver"), case=archived, purpose="移交市档案馆")
    (tmp_path / "case.zip").write_bytes(made.content)
    out = tmp_path / "case"
    run(tmp_path, "unzip", "-q", "case.zip", "-d", "case")
    return out


def run(folder, *words):
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def shell(folder, words):
    return run(folder, "bash", "-o", "pipefail", "-c", words)


def test_tools_of_the_system_find_it_whole_and_unchanged(folder):
    assert "FAILED" not in run(folder, "sha256sum", "-c", "manifest-sha256.txt")
    shell(folder, "cut -d'*' -f2 manifest-sm3.txt | xargs openssl dgst -sm3 -r | diff - manifest-sm3.txt")
    listed = {line.split("  ", 1)[1] for line in (folder / "manifest-sha256.txt").read_text().splitlines()}
    there = {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}
    assert there - listed == {"manifest-sha256.txt", "manifest-sm3.txt", "manifest.sig"}


def test_openssl_finds_the_list_signed_by_a_key_that_the_authority_vouches_for(folder):
    shell(folder, "openssl x509 -in signer.pem -pubkey -noout > signer.pub")
    signed = "openssl dgst -sha256 -verify signer.pub -signature manifest.sig manifest-sha256.txt"
    assert "Verified OK" in shell(folder, signed)
    assert "OK" in run(folder, "openssl", "verify", "-CAfile", "authority.pem", "signer.pem")

    (folder / "manifest-sha256.txt").write_text("x")
    assert subprocess.run(["bash", "-c", signed], cwd=folder, capture_output=True, check=False).returncode != 0


def test_every_entry_of_the_log_is_in_a_signed_batch(folder):
    entries = json.loads((folder / "log/index.json").read_text())
    batches = {one["number"]: one for one in json.loads((folder / "proof/batches.json").read_text())}
    assert len(entries) > 5

    for entry in entries:
        assert run(folder, "sha256sum", entry["file"]).split()[0] == entry["leaf"]
        stem = f"proof/batch-{entry['batch']}"
        assert entry["leaf"] in (folder / f"{stem}.bin").read_bytes().hex()
    for number, batch in batches.items():
        stem = f"proof/batch-{number}"
        assert run(folder, "sha256sum", f"{stem}.bin").split()[0] == batch["digest"]
        assert (folder / f"{stem}.signed").read_text().endswith(batch["digest"])
        shell(folder, f"openssl x509 -in {stem}.pem -pubkey -noout > log.pub")
        verified = shell(folder, f"openssl dgst -sha256 -verify log.pub -signature {stem}.sig {stem}.signed")
        assert "Verified OK" in verified


@pytest.mark.skipif(not shutil.which("pdfsig"), reason="poppler's pdfsig is not installed")
@pytest.mark.requirement("PLT-A-16")
def test_pdfsig_finds_the_seals_of_letters_and_licence_valid(folder):
    sealed = [file for file in sorted(folder.glob("documents/*.pdf")) if "material" not in file.name]
    assert {"letter", "licence"} <= {file.stem.split("-")[1] for file in sealed}

    for file in sealed:
        assert "Signature is Valid" in run(folder, "pdfsig", "-nocert", str(file))


def test_it_describes_itself_and_holds_the_data(folder, archived):
    root = ElementTree.parse(folder / "metadata.xml").getroot()
    content = root.find("封装内容")
    assert content.findtext("电子文件号") == archived.number
    files = [one.findtext("计算机文件名") for one in content.iterfind("电子文件")]
    assert files
    assert all((folder / name).is_file() for name in files)
    data = json.loads((folder / "data/case.json").read_text())
    assert data["applicant"] == archived.applicant_name
    assert len(data["answers"]) > 5
    assert ElementTree.parse(folder / "data/case.xml").getroot().findtext("number") == archived.number
    assert {one["kind"] for one in json.loads((folder / "log/actions.json").read_text())} >= {"submitted", "archived"}


def test_the_four_qualities_are_examined_and_passed(folder):
    findings = json.loads((folder / "report/four-qualities.json").read_text())

    assert {one["quality"] for one in findings} == {"真实性", "完整性", "可用性", "安全性"}
    assert {one["result"] for one in findings} == {"通过"}
    assert "结论：通过" in (folder / "report/four-qualities.txt").read_text()


def test_a_file_that_lacks_a_paper_is_said_to_be_incomplete(cast, archived):
    Material.objects.filter(case=archived, code="floor-plan").update(replaced_at=clock.now())

    made = archiving.package(actor=cast.actor("approver"), case=archived, purpose="核查")

    assert not made.sound
    assert [one.quality for one in made.findings if one.result == "不通过"] == ["完整性"]


def test_the_applicant_reads_who_took_it_out_and_what_for(cast, folder, archived):
    reading = Reading.objects.filter(party=archived.applicant_id, fact__name="cases.CasePackaged").get()

    assert reading.fact.reason == "移交市档案馆"
    assert reading.fact.data["sound"] is True


def test_only_who_may_read_the_case_takes_it_out_and_says_what_for(cast, archived):
    for who in ("agent", "stranger", "clerk"):
        with pytest.raises(NotAllowed):
            archiving.package(actor=cast.actor(who), case=archived, purpose="看看")
    with pytest.raises(archiving.NoPackagePurpose):
        archiving.package(actor=cast.actor("approver"), case=archived, purpose=" ")


def test_a_case_that_is_not_archived_leaves_as_no_package(cast):
    case = Case.objects.with_related().get(pk=cast.decided().pk)

    with pytest.raises(archiving.NotArchived):
        archiving.package(actor=cast.actor("approver"), case=case, purpose="移交")


def test_the_desk_asks_what_for_and_sends_it(cast, archived):
    browser = cast.browser("approver")
    address = f"/desk/cases/{archived.uid}/package/"
    assert address in browser.get(f"/desk/cases/{archived.uid}/").content.decode()

    assert browser.get(address).status_code == 200
    assert browser.post(address, {"purpose": ""}).status_code == 422
    answer = browser.post(address, {"purpose": "移交市档案馆"})

    assert answer["Content-Type"] == "application/zip"
    assert answer.content.startswith(b"PK")
    assert cast.browser("stranger").get(address).status_code in {403, 404}


def test_the_command_writes_it(archived, tmp_path, capsys):
    call_command("cases", "package", archived.number, "--purpose", "移交", "--to", str(tmp_path))

    assert (tmp_path / f"{archived.number}.zip").read_bytes().startswith(b"PK")
    assert "sound" in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("cases", "package", "0", "--purpose", "移交", "--to", str(tmp_path))
