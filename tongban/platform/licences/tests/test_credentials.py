"""A licence as SD-JWT VC with a status list: judged by an outside library."""

import base64
import json

import pytest
from cryptography import x509
from django.test import Client
from jwcrypto.jwk import JWK
from jwcrypto.jws import JWS, InvalidJWSSignature
from sd_jwt.holder import SDJWTHolder
from sd_jwt.verifier import SDJWTVerifier

from tongban.infrastructure.crypto import services as crypto
from tongban.infrastructure.kernel.refusals import NotFound
from tongban.platform.licences import services as licences
from tongban.platform.licences.rules import credentials as rules
from tongban.platform.licences.tests.conftest import an_official, standing_for
from tongban.platform.licences.tests.test_doors import browser_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def her(give, lin):
    return give(holder=lin, subject="register:1", face={"姓名": "林晓云", "住址": "云泽市临湖区荷塘路3号"})


def head_of(token):
    part = token.split(".")[0]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def key_of(token):
    """Return the key that signed it, once its certificate is found to rest on the house's authority."""
    certificate = x509.load_der_x509_certificate(base64.b64decode(head_of(token)["x5c"][0]))
    certificate.verify_directly_issued_by(x509.load_pem_x509_certificate(crypto.authority().encode()))
    return JWK.from_pyca(certificate.public_key())


def verified(presentation):
    return SDJWTVerifier(presentation, lambda _issuer, _head: key_of(presentation)).get_verified_payload()


def test_an_outside_library_verifies_the_whole_credential(her, lin):
    said = verified(licences.credential(actor=standing_for(lin), token=her.token))

    assert (said["姓名"], said["number"], said["kind"]) == ("林晓云", her.number, her.kind_name)
    assert "_sd" not in said


def test_the_holder_reveals_one_line_and_no_other(her, lin):
    wallet = SDJWTHolder(licences.credential(actor=standing_for(lin), token=her.token))
    wallet.create_presentation({"姓名": True}, None, None)

    said = verified(wallet.sd_jwt_presentation)

    assert said["姓名"] == "林晓云"
    assert "住址" not in said
    assert "荷塘路" not in wallet.sd_jwt_presentation


def test_a_changed_credential_is_refused_by_the_outside_library(her, lin):
    made = licences.credential(actor=standing_for(lin), token=her.token)
    head, claims, rest = made.split(".", 2)
    said = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    forged = f"{head}.{rules.encoded(json.dumps(said | {'kind': '建筑施工许可证'}).encode())}.{rest}"

    with pytest.raises(InvalidJWSSignature):
        verified(forged)


def test_the_status_list_follows_the_licence(her, lin, market):
    status = verified(licences.credential(actor=standing_for(lin), token=her.token))["status"]["status_list"]
    official = an_official(market, "licences.manage")

    def now():
        answer = Client().get(status["uri"][status["uri"].index("/licences/") :])
        assert answer["Content-Type"] == "application/statuslist+jwt"
        token = JWS()
        token.deserialize(answer.content.decode(), key_of(answer.content.decode()))
        claims = json.loads(token.payload)
        assert claims["sub"] == status["uri"]
        return rules.status_at(claims["status_list"]["lst"], status["idx"])

    assert now() == 0
    licences.suspend(actor=official, licence=her, reason="停业整顿")
    assert now() == 2
    licences.revoke(actor=official, licence=her, reason="吊销")
    assert now() == 1


def test_places_of_a_status_list_do_not_touch_each_other():
    text = rules.status_list(
        [(0, "valid"), (1, "revoked"), (2, "suspended"), (3, "cancelled"), (rules.LIST_SIZE - 1, "suspended")]
    )

    assert [rules.status_at(text, place) for place in (0, 1, 2, 3, 4, rules.LIST_SIZE - 1)] == [0, 1, 2, 1, 0, 2]


def test_only_a_valid_licence_of_ones_own_becomes_a_credential(her, lin, zhou, market):
    with pytest.raises(NotFound):
        licences.credential(actor=standing_for(zhou), token=her.token)
    licences.suspend(actor=an_official(market, "licences.manage"), licence=her, reason="停业整顿")
    with pytest.raises(licences.WrongLicenceState):
        licences.credential(actor=standing_for(lin), token=her.token)


def test_the_holder_fetches_it_on_the_page(her):
    answer = browser_of("lin.xiaoyun").get(f"/licences/{her.token}/credential/")

    assert answer["Content-Type"] == "application/dc+sd-jwt"
    assert answer.content.decode().endswith("~")


def test_a_list_of_licences_that_do_not_exist_is_not_found(her):
    assert Client().get("/licences/status/99/").status_code == 404
