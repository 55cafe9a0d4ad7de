"""The demonstration's time-stamping authority: RFC 3161 over HTTP, in a process of its own, a stranger to the house.

It stands in for the outside authority that a real city names in SEALS_TSA, and proves no more than its own clock.
`python -m tongban.city.tsa FOLDER SOCKET`: its key and certificate lie in the folder, the socket is an inherited one.
"""

import hashlib
import os
import secrets
import socket
import sys
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from asn1crypto import algos, cms, core, parser, tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NAME = "通办演示时间戳服务"
DAYS = 7300
# Under which rules it stamps: none but the standard's. An identifier that needs no registry (ITU-T X.667).
POLICY = "2.25.150427063214887930541928736520417385921"
LENGTHS = {"sha256": 32, "sha384": 48, "sha512": 64}
QUESTION, ANSWER = "application/timestamp-query", "application/timestamp-reply"
MAX_QUESTION_BYTES = 4096
# Parts of ASN.1 that are always the same, DER.
SEQUENCE, SET = 16, 17
ONE, THREE = core.Integer(1).dump(), core.Integer(3).dump()
GRANTED = tsp.PKIStatusInfo({"status": "granted"}).dump()
SHA256 = algos.DigestAlgorithm({"algorithm": "sha256"}).dump()
ECDSA = algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}).dump()
SIGNED, TST_INFO = cms.ContentType("signed_data").dump(), cms.ContentType("tst_info").dump()


class StampRefused(Exception):
    """A question that gets no stamp; the text is one of RFC 3161's failures."""


class StampAuthority:
    """Stamps with one key. What all tokens share is written once: to build each of objects takes ten times as long."""

    def __init__(self, key: ec.EllipticCurvePrivateKey, certificate: bytes) -> None:
        self.key, self.certificate = key, certificate
        known = asn1.Certificate.load(certificate)
        self.name = cms.IssuerAndSerialNumber({"issuer": known.issuer, "serial_number": known.serial_number}).dump()
        hashed = tsp.ESSCertIDv2({"cert_hash": hashlib.sha256(certificate).digest()})
        self.attributes = [
            _attribute("content_type", cms.ContentType("tst_info").dump()),
            _attribute("signing_certificate_v2", tsp.SigningCertificateV2({"certs": [hashed]}).dump()),
        ]

    def answer(self, question: bytes) -> bytes:
        """Return the answer to a question, both DER."""
        try:
            return _sequence(GRANTED, self._stamped(question))
        except StampRefused as refused:
            return _sequence(tsp.PKIStatusInfo({"status": "rejection", "fail_info": {str(refused)}}).dump())

    def _stamped(self, question: bytes) -> bytes:
        asked = _read(question)
        info = tsp.TSTInfo(
            {
                "version": "v1",
                "policy": POLICY,
                "message_imprint": asked["message_imprint"],
                "serial_number": secrets.randbits(127) | 1,
                "gen_time": datetime.now(UTC).replace(microsecond=0),
                "accuracy": {"seconds": 1},
                "nonce": asked["nonce"],
            }
        ).dump()
        digest = _attribute("message_digest", core.OctetString(hashlib.sha256(info).digest()).dump())
        attributes = b"".join(sorted([*self.attributes, digest]))
        signature = self.key.sign(parser.emit(0, 1, SET, attributes), ec.ECDSA(hashes.SHA256()))
        signer = _sequence(
            ONE, self.name, SHA256, parser.emit(2, 1, 0, attributes), ECDSA, core.OctetString(signature).dump()
        )
        content = _sequence(TST_INFO, parser.emit(2, 1, 0, core.OctetString(info).dump()))
        shown = parser.emit(2, 1, 0, self.certificate) if asked["cert_req"].native else b""
        signed = _sequence(THREE, parser.emit(0, 1, SET, SHA256), content, shown, parser.emit(0, 1, SET, signer))
        return _sequence(SIGNED, parser.emit(2, 1, 0, signed))


def _sequence(*parts: bytes) -> bytes:
    return bytes(parser.emit(0, 1, SEQUENCE, b"".join(parts)))


def _attribute(kind: str, value: bytes) -> bytes:
    return _sequence(cms.CMSAttributeType(kind).dump(), parser.emit(0, 1, SET, value))


def _read(question: bytes) -> tsp.TimeStampReq:
    try:
        asked = tsp.TimeStampReq.load(question, strict=True)
        imprint = asked["message_imprint"]
        algorithm, length = imprint["hash_algorithm"]["algorithm"].native, len(imprint["hashed_message"].native)
        policy, further = asked["req_policy"].native, asked["extensions"].native
    except (ValueError, TypeError, KeyError) as error:
        raise StampRefused("bad_data_format") from error
    if algorithm not in LENGTHS:
        raise StampRefused("bad_alg")
    if length != LENGTHS[algorithm]:
        raise StampRefused("bad_data_format")
    if policy not in {None, POLICY}:
        raise StampRefused("unaccepted_policy")
    if further:
        raise StampRefused("unaccepted_extensions")
    return asked


class Door(BaseHTTPRequestHandler):
    """HTTP, as RFC 3161 says in 3.4."""

    protocol_version = "HTTP/1.1"
    server_version, sys_version = "tsa", ""
    disable_nagle_algorithm = True
    wbufsize = -1  # the whole answer in one packet
    timeout = 300
    authority: StampAuthority

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if self.headers.get_content_type() != QUESTION or not length.isdigit() or int(length) > MAX_QUESTION_BYTES:
            self.close_connection = True
            self.send_error(400)
            return
        answer = self.authority.answer(self.rfile.read(int(length)))
        self.send_response(200)
        self.send_header("Content-Type", ANSWER)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_words: object) -> None:
        pass


def authority(folder: Path) -> StampAuthority:
    """Return the authority whose key lies in a folder, made there at its first start."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    kept, shown = folder / "key.pem", folder / "certificate.pem"
    if not (kept.exists() and shown.exists()):
        key = ec.generate_private_key(ec.SECP256R1())
        _written(shown, _certificate(key).public_bytes(serialization.Encoding.PEM))
        plain = serialization.NoEncryption()
        _written(kept, key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    key_read = serialization.load_pem_private_key(kept.read_bytes(), None)
    certificate = x509.load_pem_x509_certificate(shown.read_bytes())
    if not isinstance(key_read, ec.EllipticCurvePrivateKey) or key_read.public_key() != certificate.public_key():
        raise SystemExit(f"{folder} holds a key and a certificate that do not fit; remove both and start again.")
    return StampAuthority(key_read, certificate.public_bytes(serialization.Encoding.DER))


def _certificate(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    """Return a certificate of its own that is good for stamping time and nothing else (RFC 3161, 2.3)."""
    name = x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"), x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now, no = (
        datetime.now(UTC),
        dict.fromkeys(
            (
                "content_commitment",
                "key_encipherment",
                "data_encipherment",
                "key_agreement",
                "key_cert_sign",
                "crl_sign",
                "encipher_only",
                "decipher_only",
            ),
            False,
        ),
    )
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=10))
        .not_valid_after(now + timedelta(days=DAYS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(digital_signature=True, **no), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )


def _written(file: Path, content: bytes) -> None:
    draft = file.with_suffix(".new")
    with open(os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as out:
        out.write(content)
    draft.replace(file)


def serve(folder: Path, listening: socket.socket) -> None:
    Door.authority = authority(folder)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Door, bind_and_activate=False)
    server.socket.close()
    server.socket = listening
    with suppress(KeyboardInterrupt):
        server.serve_forever()


if __name__ == "__main__":
    serve(Path(sys.argv[1]), socket.socket(fileno=int(sys.argv[2])))
