"""A device with passkeys, in software: it makes a key pair and signs challenges as WebAuthn says."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def text(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def data(encoded: str) -> bytes:
    return urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))


class Device:
    """origin: where its browser believes to be; verified: whether it asked for finger, face or PIN."""

    def __init__(self, host: str = "testserver", origin: str = "http://testserver", verified: bool = True) -> None:
        self.host, self.origin, self.verified = host, origin, verified
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.credential = sha256(str(id(self)).encode()).digest()
        self.signed = 0

    def make(self, options: dict) -> str:
        attested = bytes(16) + len(self.credential).to_bytes(2, "big") + self.credential + cbor2.dumps(self._cose())
        attestation = {"fmt": "none", "attStmt": {}, "authData": self._data(ATTESTED) + attested}
        return self._answer(
            clientDataJSON=self._client("webauthn.create", options),
            attestationObject=cbor2.dumps(attestation),
        )

    def sign(self, options: dict) -> str:
        self.signed += 1
        client, said = self._client("webauthn.get", options), self._data()
        signature = self.key.sign(said + sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(clientDataJSON=client, authenticatorData=said, signature=signature)

    def _answer(self, **response: bytes) -> str:
        name = text(self.credential)
        said = {key: text(value) for key, value in response.items()}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": said})

    def _client(self, kind: str, options: dict) -> bytes:
        return json.dumps({"type": kind, "challenge": options["challenge"], "origin": self.origin}).encode()

    def _data(self, flags: int = 0) -> bytes:
        flags |= PRESENT | (VERIFIED if self.verified else 0)
        return sha256(self.host.encode()).digest() + bytes([flags]) + self.signed.to_bytes(4, "big")

    def _cose(self) -> dict:
        numbers = self.key.public_key().public_numbers()
        return {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
