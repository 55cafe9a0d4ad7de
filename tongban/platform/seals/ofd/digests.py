"""SM3, the digest that everything here rests on (GB/T 32905-2016)."""

from cryptography.hazmat.primitives import hashes


def sm3(content: bytes) -> bytes:
    made = hashes.Hash(hashes.SM3())
    made.update(content)
    return made.finalize()
