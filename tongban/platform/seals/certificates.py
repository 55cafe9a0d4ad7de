"""Certificates of X.509: read one, say whom it belongs to."""

from functools import lru_cache

from asn1crypto import pem, x509


def common_name(certificate: x509.Certificate) -> str:
    """Return what a certificate calls whom it belongs to."""
    said = [part for level in certificate.subject.chosen for part in level]
    names = [str(part["value"].native) for part in said if part["type"].native == "common_name"]
    return names[-1] if names else str(certificate.subject.human_friendly)


@lru_cache(maxsize=200)
def read_certificate(text: str) -> x509.Certificate:
    """Read a certificate in PEM."""
    found = x509.Certificate.load(pem.unarmor(text.encode())[2])
    # Many threads read it: what is read in parts, at the first look, would be seen half read.
    assert found.native
    return found
