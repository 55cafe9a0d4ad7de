"""Seals and signatures as other makers write them: older standards, other forms; keys of the `openssl` command.

What each form is, was taken from files that are in use: invoices of tax bureaus, certificates of provinces, papers of
several makers' software. Those files belong to others and do not lie here.
"""

import re
import shutil
from datetime import UTC, datetime

import pytest
from asn1crypto import cms, core, pem, x509

from tongban.platform.seals import services as seals
from tongban.platform.seals.ofd import packing, values
from tongban.platform.seals.ofd import structures as asn1
from tongban.platform.seals.ofd.digests import sm3
from tongban.platform.seals.tests.test_golden import IDENTITY, Elsewhere, openssl
from tongban.platform.seals.tests.test_ofd import changed, part

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed"),
]


@pytest.fixture
def elsewhere(tmp_path, settings):
    made = Elsewhere(tmp_path)
    settings.CRYPTO_ROOTS = str(made.folder / "root.pem")
    return made


def the_value(file):
    return asn1.SealSignature.load(part(file, packing.SIGNED_VALUE))


def with_value(file, content):
    return changed(file, packing.SIGNED_VALUE, content)


def certificate(elsewhere):
    return pem.unarmor((elsewhere.folder / "o.pem").read_bytes())[2]


def resealed(file, elsewhere, change):
    """Return the file with its seal changed, and signed anew by its maker and its signer."""
    value = the_value(file).copy()
    signed = value["to_sign"]
    seal = signed["eseal"]
    change(seal["info"])
    seal["signed_value"] = elsewhere.sign(seal["info"].dump(force=True))
    value["signature"] = elsewhere.sign(signed.dump(force=True))
    return with_value(file, value.dump(force=True))


def test_openssl_verifies_the_makers_signature_over_the_information_of_the_seal(elsewhere, tmp_path):
    seal = the_value(elsewhere.sealed())["to_sign"]["eseal"]
    openssl("x509", "-in", elsewhere.folder / "o.pem", "-pubkey", "-noout", "-out", tmp_path / "public.pem")
    (tmp_path / "signature").write_bytes(seal["signed_value"].native)

    words = ("dgst", "-sm3", "-verify", tmp_path / "public.pem", "-sigopt", IDENTITY)
    said = openssl(*words, "-signature", tmp_path / "signature", given=seal["info"].dump())

    assert said.strip() == b"Verified OK"


def by_the_older_standard(file, elsewhere, *, at=None, spoil=None):
    """Return the file with its seal as GM/T 0031-2014 writes it."""
    told = the_value(file)["to_sign"]
    info = told["eseal"]["info"].native
    now = asn1.OldTime(name="utc", value=core.UTCTime(datetime.now(UTC).replace(microsecond=0)))
    known = info["property"]
    signer = certificate(elsewhere)
    dates = {
        name: asn1.OldTime(name="utc", value=core.UTCTime(known[name]))
        for name in ("create_date", "valid_start", "valid_end")
    }
    listed = asn1.Extensions([core.OctetString(signer)])
    seal_info = asn1.OldSealInfo(
        {
            "header": {"id": "ES", "version": 1, "vid": "Elsewhere"},
            "es_id": info["es_id"],
            "property": {"type": 1, "name": known["name"], "cert_list": listed, **dates},
            "picture": info["picture"],
        }
    )
    made = asn1.MadeOld({"info": seal_info, "cert": signer, "sign_alg_id": asn1.SM2_WITH_SM3})
    making = {"cert": signer, "sign_alg_id": asn1.SM2_WITH_SM3, "signed_value": elsewhere.sign(made.dump())}
    signed = asn1.OldToSign(
        {
            "version": 1,
            "eseal": {"info": seal_info, "making": making},
            "time_info": at or now.dump(),
            "data_hash": told["data_hash"].native,
            "property_info": told["property_info"].native,
            "cert": signer,
            "signature_alg_id": asn1.SM2_WITH_SM3,
        }
    )
    signature = elsewhere.sign(spoil or signed.dump())
    return with_value(file, asn1.OldSealSignature({"to_sign": signed, "signature": signature}).dump())


def test_a_seal_by_the_older_standard_verifies(elsewhere):
    verdict = seals.examine_ofd(by_the_older_standard(elsewhere.sealed(), elsewhere))

    assert verdict.good, verdict
    assert verdict.seal_name == "外市数据局公章"


def test_its_time_may_be_written_out(elsewhere):
    at = datetime.now(UTC).replace(microsecond=377000)
    written = f"{at:%Y-%m-%dT%H:%M:%S.377Z}".encode()

    verdict = seals.examine_ofd(by_the_older_standard(elsewhere.sealed(), elsewhere, at=written))

    assert verdict.good, verdict
    assert verdict.signed_at == at


@pytest.mark.parametrize(
    ("how", "failed"),
    [({"at": b"2001-01-01T00:00:00Z"}, "period"), ({"at": b"never"}, ""), ({"spoil": b"other"}, "signature")],
)
def test_an_older_seal_fails_its_own_check(elsewhere, how, failed):
    """A time that cannot be read is taken from the description, which is signed as well."""
    assert seals.examine_ofd(by_the_older_standard(elsewhere.sealed(), elsewhere, **how)).failed == failed


def signed_message(file, elsewhere, *, attributes=True, digest=b"", serial=None):
    """Return the file with a signature by GB/T 35275 and no seal."""
    told = digest or sm3(part(file, packing.SIGNATURE))
    signer = x509.Certificate.load(certificate(elsewhere))
    said = cms.CMSAttributes(
        [
            {"type": "content_type", "values": ["1.2.156.10197.6.1.4.2.1"]},
            {"type": "message_digest", "values": [told]},
            {"type": "signing_time", "values": [cms.Time({"utc_time": datetime.now(UTC).replace(microsecond=0)})]},
        ]
    )
    content = cms.ContentInfo({"content_type": "data"} | ({} if attributes else {"content": core.OctetString(told)}))
    issuer = {"issuer": signer.issuer, "serial_number": serial or signer.serial_number}
    message = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [{"algorithm": asn1.SM3}],
            "encap_content_info": content,
            "certificates": [signer],
            "signer_infos": [
                {
                    "version": "v1",
                    "sid": cms.SignerIdentifier({"issuer_and_serial_number": issuer}),
                    "digest_algorithm": {"algorithm": asn1.SM3},
                    **({"signed_attrs": said} if attributes else {}),
                    "signature_algorithm": {"algorithm": values.SM2},
                    "signature": elsewhere.sign(said.dump() if attributes else told),
                }
            ],
        }
    )
    content = message.retag({"explicit": 0}).dump()
    outer = core.ObjectIdentifier(values.SIGNED_DATA).dump() + content
    return with_value(file, core.Sequence(contents=outer).dump())


@pytest.mark.parametrize("attributes", [True, False])
def test_a_signature_without_a_seal_verifies(elsewhere, attributes):
    verdict = seals.examine_ofd(signed_message(elsewhere.sealed(), elsewhere, attributes=attributes))

    assert verdict.good, verdict
    assert (verdict.signer, verdict.seal_name) == ("外市数据局", "")


@pytest.mark.parametrize(("how", "failed"), [({"digest": bytes(32)}, "digest"), ({"serial": 99}, "readable")])
def test_a_signature_of_something_else_does_not(elsewhere, how, failed):
    assert seals.examine_ofd(signed_message(elsewhere.sealed(), elsewhere, **how)).failed == failed


def test_a_bare_signature_without_a_certificate_is_nobodys(elsewhere):
    file = elsewhere.sealed()
    bare = elsewhere.sign(part(file, packing.SIGNATURE))

    assert seals.examine_ofd(with_value(file, bare)).failed == "readable"


def bare(signature):
    pair = core.SequenceOf.load(signature, spec=core.Integer).native
    return b"".join(number.to_bytes(32, "big") for number in pair)


def test_the_two_numbers_of_a_signature_may_be_bare(elsewhere):
    file = elsewhere.sealed()
    value = the_value(file).copy()
    value["signature"] = bare(value["signature"].native)

    assert seals.examine_ofd(with_value(file, value.dump(force=True))).good
    value["signature"] = bytes(64)
    assert seals.examine_ofd(with_value(file, value.dump(force=True))).failed == "signature"


def test_a_seal_may_name_its_certificates_by_their_digests(elsewhere):
    def listing(digest):
        def change(info):
            info["property"]["cert_list_type"] = asn1.DIGESTS
            info["property"]["cert_list"] = asn1.CertificateDigests([{"type": "SM3", "value": digest}])

        return change

    file = elsewhere.sealed()
    assert seals.examine_ofd(resealed(file, elsewhere, listing(sm3(certificate(elsewhere))))).good
    assert seals.examine_ofd(resealed(file, elsewhere, listing(bytes(32)))).failed == "signer"


@pytest.mark.parametrize("mark", ["bare", "marked"])
def test_a_seal_may_say_more_than_the_standard_with_or_without_its_mark(elsewhere, mark):
    def change(info):
        further = asn1.Extensions([core.OctetString(b"of its maker")])
        info["ext_datas"] = asn1.Further(name=mark, value=further)

    assert seals.examine_ofd(resealed(elsewhere.sealed(), elsewhere, change)).good


def redescribed(file, elsewhere, change):
    """Return the file with its description changed and signed anew."""
    text = change(part(file, packing.SIGNATURE).decode()).encode()
    value = the_value(file).copy()
    value["to_sign"]["data_hash"] = sm3(text)
    value["signature"] = elsewhere.sign(value["to_sign"].dump(force=True))
    return with_value(changed(file, packing.SIGNATURE, text), value.dump(force=True))


def without(name):
    return lambda text: re.sub(rf'<ofd:Reference FileRef="/{name}">.*?</ofd:Reference>', "", text)


def test_most_makers_leave_out_the_package_itself_and_the_list_of_signatures(elsewhere):
    file = redescribed(elsewhere.sealed(), elsewhere, without("OFD.xml"))
    file = redescribed(file, elsewhere, without(packing.SIGNATURES))

    assert seals.examine_ofd(file).good


def test_then_it_may_lead_only_to_what_is_covered(elsewhere):
    file = redescribed(elsewhere.sealed(), elsewhere, without("OFD.xml"))
    file = redescribed(file, elsewhere, without(packing.SIGNATURES))
    led = changed(file, "OFD.xml", lambda text: text.replace(b"Doc_0/Document.xml", packing.SIGNATURES.encode()))

    assert seals.examine_ofd(led).failed == "whole"


def test_a_page_that_the_seal_leaves_out_is_told(elsewhere):
    file = redescribed(elsewhere.sealed(), elsewhere, without("Doc_0/Pages/Page_0/Content.xml"))

    verdict = seals.examine_ofd(file)
    assert verdict.failed == "whole"
    assert "未纳入" in seals.words_of(verdict)[0]


@pytest.mark.parametrize(
    ("method", "failed"), [("SM3", ""), (f"{asn1.SM3}.2", ""), ("MD5", "algorithm"), ("", "algorithm")]
)
def test_digests_are_by_sm3_however_it_is_named(elsewhere, method, failed):
    file = redescribed(elsewhere.sealed(), elsewhere, lambda text: text.replace(f'"{asn1.SM3}"', f'"{method}"'))

    assert seals.examine_ofd(file).failed == failed


def test_the_namespace_may_be_another_one(elsewhere):
    space = b"http://www.ofdspec.org"
    file = redescribed(elsewhere.sealed(), elsewhere, without("OFD.xml"))
    file = changed(file, "OFD.xml", lambda text: text.replace(packing.NAMESPACE.encode(), space))

    assert seals.examine_ofd(file).good
