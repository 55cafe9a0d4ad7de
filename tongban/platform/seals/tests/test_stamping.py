"""Seals whose time an authority vouches for: spoken to over the wire, the counterpart in a process of its own."""

import asyncio
import http.client
import os
import shutil
import socket
import subprocess
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from urllib.parse import urlsplit

import pytest
from asn1crypto import tsp
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.validation.ades import simulate_future_ades_lta_validation
from pyhanko.sign.validation.policy_decl import (
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import CertRevTrustPolicy, RevocationCheckingPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager

from tests import preflight
from tests.stamping import authority
from tongban.infrastructure.crypto import services as crypto
from tongban.infrastructure.crypto.models import Key
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.telemetry import services as telemetry
from tongban.platform.documents import services as documents
from tongban.platform.identity.models import Department
from tongban.platform.seals import reading, stamp_checking, stamps
from tongban.platform.seals import services as seals
from tongban.platform.seals.adapters.tsa import TimeStampServer
from tongban.platform.seals.certificates import read_certificate
from tongban.platform.seals.models import SealUse
from tongban.platform.seals.ports import StamperUnavailable

pytestmark = [pytest.mark.django_db, pytest.mark.found("J-LICENCE")]
NAME = "通办演示时间戳服务"
openssl = pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed")


@pytest.fixture(scope="module")
def tsa(tmp_path_factory):
    with authority(tmp_path_factory.mktemp("tsa")) as running:
        yield running


@pytest.fixture
def _stamping(tsa, settings):
    for name, value in tsa.settings.items():
        setattr(settings, name, value)


@pytest.fixture
def department(db):
    made = Department.objects.create(key="market", name="云泽市市场监督管理局", path="city/market/", area="990100")
    seals.make(actor=SYSTEM, department=made, name="电子证照专用章")
    return made


def a_paper():
    return documents.compose("# 决定书\n\n> 云泽市市场监督管理局", {}, title="决定书")


def sealed(department, pdf=None):
    return seals.apply(actor=SYSTEM, department=department, pdf=pdf or a_paper(), reason="决定书", subject="case:1")


def a_server(tsa, **changes):
    return TimeStampServer(
        **{"url": tsa.url, "roots": [tsa.roots.read_text()], "judge": stamp_checking.answered} | changes
    )


@pytest.mark.usefixtures("_stamping")
def test_a_seal_carries_a_time_that_somebody_else_vouches_for(department):
    file = sealed(department)

    verdict = seals.examine(file)
    assert verdict.good, verdict.problems
    assert verdict.stamped_by == NAME
    assert abs(verdict.stamped_at - clock.now()) < timedelta(minutes=1)


@pytest.mark.usefixtures("_stamping")
def test_nothing_is_said_to_be_unchanged_since_its_stamp_that_was_changed(department):
    file = bytearray(sealed(department))
    file[file.index(b"/MediaBox") + 12] ^= 1

    verdict = seals.examine(bytes(file))
    assert not verdict.intact
    assert verdict.stamped_at is None
    assert seals.examine(bytes(file) + b"\n").stamped_at is None


def test_where_no_authority_is_named_the_seal_is_without_and_the_operator_reads_so(department, settings):
    settings.LANGUAGE_CODE = "en"
    verdict = seals.examine(sealed(department))

    assert verdict.good
    assert verdict.stamped_at is None
    assert "SEALS_TSA" in str(telemetry.connections()["tsa"].in_use())


def trust(root, *, revocations):
    policy = CertRevTrustPolicy(RevocationCheckingPolicy.from_legacy(revocations))
    return CertValidationPolicySpec(SimpleTrustManager.build([read_certificate(root)]), policy)


@pytest.mark.usefixtures("_stamping")
def test_all_that_is_needed_to_judge_it_in_years_is_in_the_file(department, tsa, settings):
    """By EN 319 102-1, as pyHanko judges it: nothing is fetched, and the list of revoked certificates must be there."""
    judged_in = datetime.now(UTC) + timedelta(days=1500)
    spec = SignatureValidationSpec(
        trust(crypto.authority(), revocations="require"),
        RevocationInfoGatheringSpec(RevinfoOnlineFetchingRule.LOCAL_ONLY),
        ts_cert_validation_policy=trust(tsa.roots.read_text(), revocations="soft-fail"),
    )

    def judged(file):
        (signature,) = PdfFileReader(BytesIO(file)).embedded_regular_signatures
        judging = simulate_future_ades_lta_validation(signature, PdfSignatureValidationSpec(spec), judged_in)
        return asyncio.run(judging).ades_subindic

    assert judged(sealed(department)) == AdESPassed.OK
    settings.SEALS_TSA = ""
    assert judged(sealed(department)) != AdESPassed.OK


@pytest.mark.usefixtures("_stamping")
def test_a_strangers_seal_is_trusted_after_its_certificate_expired_only_by_its_stamp(department, settings, tmp_path):
    stamped = sealed(department)
    settings.SEALS_TSA = ""
    unstamped = sealed(department)
    (tmp_path / "theirs.pem").write_text(crypto.authority())
    settings.CRYPTO_ROOTS = str(tmp_path / "theirs.pem")
    SealUse.objects.all().delete()
    Key.objects.exclude(issuer=None).delete()
    Key.objects.all().delete()

    assert seals.examine(unstamped).good
    with clock.at(clock.now() + timedelta(days=1500)):
        assert seals.examine(stamped).good
        assert not seals.examine(unstamped).trusted


@pytest.mark.usefixtures("_stamping")
def test_two_seals_have_a_stamp_each(department):
    other = Department.objects.create(key="health", name="云泽市卫生健康委员会", path="city/health/", area="990100")
    seals.make(actor=SYSTEM, department=other, name="电子证照专用章")

    file = sealed(other, sealed(department))

    assert seals.examine(file).good, seals.examine(file).problems
    found = reading.found(file, roots=crypto.roots(), stampers=seals.stampers(), at=clock.now())
    assert [one.stamped_by for one in found] == [NAME, NAME]


@pytest.mark.usefixtures("_stamping")
@pytest.mark.skipif(not preflight.there(), reason="PDFBox Preflight (libpdfbox2-java) and Java are not installed")
def test_a_stamped_paper_stays_fit_for_an_archive(department, tmp_path):
    folder = tmp_path / "papers"
    folder.mkdir()

    assert preflight.faults({"letter": sealed(department)}, folder) == []


@pytest.mark.usefixtures("_stamping")
def test_while_the_authority_is_away_nothing_is_sealed_and_waiting_is_worth_it(department, settings, tmp_path):
    with authority(tmp_path / "other") as gone:
        settings.SEALS_TSA = gone.url

    with pytest.raises(seals.NoStamp) as refusal:
        sealed(department)

    assert refusal.value.wait_seconds
    assert not SealUse.objects.exists()
    (problem,) = telemetry.connections()["tsa"].check()
    assert "does not answer" in str(problem)


def test_who_is_not_trusted_stamps_nothing(department, settings, tsa):
    settings.SEALS_TSA, settings.SEALS_TSA_ROOTS = tsa.url, ""

    with pytest.raises(seals.NoStamp, match="SEALS_TSA_ROOTS"):
        sealed(department)


def test_an_authority_that_falls_silent_is_not_asked_by_everyone_in_turn(tsa):
    server = a_server(tsa, url="http://127.0.0.1:1/")

    for words in ("does not answer", "a moment ago"):
        with pytest.raises(StamperUnavailable, match=words):
            asyncio.run(server.stamp(bytes(32)))


def test_a_line_that_was_closed_meanwhile_is_opened_anew(tsa):
    server = a_server(tsa)
    asyncio.run(server.stamp(bytes(32)))
    server._connection.open.sock.shutdown(socket.SHUT_RDWR)

    assert asyncio.run(server.stamp(sha256(b"again").digest()))


def test_an_answer_to_something_else_is_worth_nothing(tsa):
    digest, nonce = sha256(b"this").digest(), 7
    answer = posted(tsa, stamps.question(digest, nonce))
    roots = [tsa.roots.read_text()]

    def judged(answer=answer, **changes):
        asked = {"digest": digest, "nonce": nonce, "roots": roots, "moment": datetime.now(UTC)} | changes
        return asyncio.run(stamp_checking.answered(answer, **asked))

    known = judged()
    assert known.by == judged(known=known).by == NAME
    for place in (-1, answer.index(digest) + 40):
        forged = bytearray(answer)
        forged[place] ^= 1
        for earlier in (None, known):
            with pytest.raises(stamps.InvalidStamp):
                judged(bytes(forged), known=earlier)
    for changes in ({"digest": bytes(32)}, {"nonce": 8}, {"roots": []}):
        with pytest.raises(stamps.InvalidStamp):
            judged(**changes)
    for nonsense in (b"", b"hello", answer[:-5]):
        with pytest.raises(stamps.InvalidStamp):
            asyncio.run(
                stamp_checking.answered(nonsense, digest=digest, nonce=nonce, roots=roots, moment=datetime.now(UTC))
            )


def posted(tsa, question, *, kind="application/timestamp-query"):
    line = http.client.HTTPConnection(urlsplit(tsa.url).netloc, timeout=30)
    line.request("POST", "/tsr", question, {"Content-Type": kind})
    response = line.getresponse()
    assert response.status == 200, response.status
    return response.read()


@openssl
def test_an_outside_tool_confirms_what_the_counterpart_stamps(tsa, tmp_path):
    """The demonstration's authority is one: OpenSSL asks it, and checks its answers."""
    (tmp_path / "data").write_bytes(b"data")

    def ts(*words):
        command = ["openssl", "ts", *words]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    ts("-query", "-data", "data", "-sha512", "-cert", "-out", "question")
    (tmp_path / "answer").write_bytes(posted(tsa, (tmp_path / "question").read_bytes()))
    checked = ts("-verify", "-queryfile", "question", "-in", "answer", "-CAfile", str(tsa.roots))

    assert "Verification: OK" in checked.stdout, checked.stderr


@openssl
def test_what_an_outside_authority_stamps_is_believed(tsa, tmp_path):
    """Our question is answered by OpenSSL, with a certificate below a root, as real authorities have it."""
    (tmp_path / "tsa.cnf").write_text(
        "[tsa]\nserial=serial\nsigner_digest=sha256\ndigests=sha256\ndefault_policy=1.2.3.4\ness_cert_id_alg=sha256\n"
        "[stamp]\nextendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature\n"
    )
    (tmp_path / "serial").write_text("01")
    digest = sha256(b"data").digest()
    (tmp_path / "question").write_bytes(stamps.question(digest, 77))

    def run(*words):
        subprocess.run(["openssl", *words], cwd=tmp_path, capture_output=True, check=True)

    run("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Root")
    run("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "key", "-out", "request", "-subj", "/CN=Outside TSA")
    signing = ["-CA", "ca.pem", "-CAkey", "ca.key", "-extfile", "tsa.cnf", "-extensions", "stamp", "-days", "2"]
    run("x509", "-req", "-in", "request", "-out", "leaf.pem", *signing)
    asked = ["-queryfile", "question", "-signer", "leaf.pem", "-inkey", "key", "-out", "answer"]
    run("ts", "-reply", "-config", "tsa.cnf", "-section", "tsa", *asked)

    roots = [(tmp_path / "ca.pem").read_text()]
    answer = (tmp_path / "answer").read_bytes()
    moment = datetime.now(UTC) + timedelta(minutes=1)
    token = asyncio.run(stamp_checking.answered(answer, digest=digest, nonce=77, roots=roots, moment=moment))

    assert token.by == "Outside TSA"


@pytest.mark.parametrize(
    ("change", "failure"),
    [
        ({"message_imprint": {"hash_algorithm": {"algorithm": "md5"}, "hashed_message": bytes(16)}}, "bad_alg"),
        ({"message_imprint": {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": b"x"}}, "bad_data_format"),
        ({"req_policy": "1.2.3"}, "unaccepted_policy"),
    ],
)
def test_the_counterpart_says_by_the_standards_words_what_it_does_not_stamp(tsa, change, failure):
    question = tsp.TimeStampReq.load(stamps.question(bytes(32), 1)).copy()
    for name, value in change.items():
        question[name] = value

    answer = stamps.Response.load(posted(tsa, question.dump(force=True)))

    assert answer["status"]["status"].native == "rejection"
    assert answer["status"]["fail_info"].native == {failure}


def test_the_counterpart_takes_questions_only(tsa):
    nonsense = stamps.Response.load(posted(tsa, os.urandom(40)))

    assert nonsense["status"]["fail_info"].native == {"bad_data_format"}
    for question, kind in ((b"x", "text/plain"), (bytes(5000), "application/timestamp-query")):
        with pytest.raises(AssertionError, match="400"):
            posted(tsa, question, kind=kind)
