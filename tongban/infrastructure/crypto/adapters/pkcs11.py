"""Private keys in a hardware module that speaks PKCS #11 (OASIS v2.40, GM/T 0018's elder): they never leave it."""

import ctypes
import os
import secrets
import threading
from collections.abc import Callable, Sequence
from ctypes import POINTER, byref, c_char_p, c_ubyte, c_ulong, c_void_p
from typing import Any, TypeVar

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from django.conf import settings

# Places in the list of functions, and the few constants that are needed. Source: OASIS PKCS #11 v2.40, pkcs11f.h.
INITIALIZE, GET_SLOTS, TOKEN_INFO, OPEN_SESSION, CLOSE_SESSION, LOGIN = 0, 4, 6, 12, 13, 18
ATTRIBUTE_VALUE, FIND_INIT, FIND, FIND_FINAL, SIGN_INIT, SIGN, GENERATE_PAIR = 24, 26, 27, 28, 42, 43, 59
COUNT = 68
SERIAL_SESSION, RW_SESSION, USER, OS_LOCKING = 4, 2, 1, 2
PUBLIC_KEY, PRIVATE_KEY, EC = 2, 3, 3
CLASS, TOKEN, PRIVATE, LABEL, KEY_TYPE, ID, SENSITIVE = 0x0, 0x1, 0x2, 0x3, 0x100, 0x102, 0x103
SIGNS, VERIFIES, EXTRACTABLE, EC_PARAMS, EC_POINT = 0x108, 0x10A, 0x162, 0x180, 0x181
EC_KEY_PAIR_GEN, ECDSA = 0x1040, 0x1041
ALREADY_INITIALIZED, ALREADY_LOGGED_IN = 0x191, 0x100
# A session that is gone: the module was taken out, or began anew.
GONE = {0x30, 0x32, 0xB0, 0xB3, 0xE0, 0xE1, 0x101, 0x190}
P256 = bytes.fromhex("06082a8648ce3d030107")
WIDTH = 32
Result = TypeVar("Result")


class HardwareUnavailable(RuntimeError):
    """The module does not answer, or not as it should; the text says how."""


class Attribute(ctypes.Structure):
    _fields_ = (("type", c_ulong), ("value", c_void_p), ("length", c_ulong))


class Mechanism(ctypes.Structure):
    _fields_ = (("mechanism", c_ulong), ("parameter", c_void_p), ("length", c_ulong))


class Functions(ctypes.Structure):
    _fields_ = (("version", c_ubyte * 2), ("list", c_void_p * COUNT))


class Initialization(ctypes.Structure):
    _fields_ = (("calls", c_void_p * 4), ("flags", c_ulong), ("reserved", c_void_p))


class HardwareSigner:
    """Keeps keys in the token that CRYPTO_PKCS11_TOKEN names; a handle is the key's CKA_ID, hexadecimal."""

    name = "pkcs11"

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._functions: Functions | None = None
        self._session = 0
        self._owner = 0

    def make(self) -> tuple[str, ec.EllipticCurvePublicKey]:
        handle = secrets.token_bytes(16)
        return handle.hex(), self._inside(lambda: self._made(handle))

    def sign(self, handle: str, data: bytes) -> bytes:
        digest = hashes.Hash(hashes.SHA256())
        digest.update(data)
        made = digest.finalize()
        signature = self._inside(lambda: self._signed(bytes.fromhex(handle), made))
        half = len(signature) // 2
        return encode_dss_signature(int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big"))

    def check(self) -> list[str]:
        if not settings.CRYPTO_PKCS11_MODULE:
            return ["CRYPTO_PKCS11_MODULE names no library of a hardware module"]
        try:
            self._inside(lambda: self._session)
        except HardwareUnavailable as problem:
            return [str(problem)]
        return []

    def _inside(self, work: Callable[[], Result]) -> Result:
        """Do something in the open session; open it anew once where it is gone."""
        with self._lock:
            for attempt in (1, 2):
                try:
                    if not self._session or self._owner != os.getpid():
                        self._open()
                    return work()
                except _Failed as failure:
                    self._session = 0
                    if failure.code not in GONE or attempt == 2:
                        text = f"the hardware module refuses {failure.what}: CKR 0x{failure.code:x}"
                        raise HardwareUnavailable(text) from failure
            raise HardwareUnavailable("the hardware module does not answer")

    def _open(self) -> None:
        functions = POINTER(Functions)()
        try:
            library = ctypes.CDLL(settings.CRYPTO_PKCS11_MODULE)
            library.C_GetFunctionList(byref(functions))
        except (OSError, AttributeError) as error:
            raise HardwareUnavailable(f"the library of the hardware module cannot be used: {error}") from error
        self._functions, self._owner = functions.contents, os.getpid()
        self._call(INITIALIZE, byref(Initialization(flags=OS_LOCKING)), well={ALREADY_INITIALIZED})
        session = c_ulong()
        flags = c_ulong(SERIAL_SESSION | RW_SESSION)
        self._call(OPEN_SESSION, c_ulong(self._slot()), flags, None, None, byref(session))
        pin = settings.CRYPTO_PKCS11_PIN.encode()
        self._session = session.value
        self._call(LOGIN, session, c_ulong(USER), c_char_p(pin), c_ulong(len(pin)), well={ALREADY_LOGGED_IN})

    def _slot(self) -> int:
        count = c_ulong()
        self._call(GET_SLOTS, c_ubyte(1), None, byref(count))
        slots = (c_ulong * count.value)()
        self._call(GET_SLOTS, c_ubyte(1), slots, byref(count))
        for slot in slots[: count.value]:
            info = ctypes.create_string_buffer(1024)  # begins with the label, 32 bytes, filled up with spaces
            self._call(TOKEN_INFO, c_ulong(slot), info)
            if info.raw[:32].rstrip(b" \0").decode(errors="replace") == settings.CRYPTO_PKCS11_TOKEN:
                return int(slot)
        raise HardwareUnavailable(f"the hardware module has no token called {settings.CRYPTO_PKCS11_TOKEN}")

    def _made(self, handle: bytes) -> ec.EllipticCurvePublicKey:
        public = _attributes(((TOKEN, True), (VERIFIES, True), (EC_PARAMS, P256), (ID, handle), (LABEL, b"tongban")))
        private = _attributes(
            (
                *((TOKEN, True), (PRIVATE, True), (SIGNS, True), (SENSITIVE, True), (EXTRACTABLE, False)),
                *((ID, handle), (LABEL, b"tongban")),
            )
        )
        one, other = c_ulong(), c_ulong()
        mechanism = Mechanism(EC_KEY_PAIR_GEN, None, 0)
        sizes = c_ulong(len(public)), c_ulong(len(private))
        session = c_ulong(self._session)
        self._call(
            GENERATE_PAIR,
            session,
            byref(mechanism),
            public,
            sizes[0],
            private,
            sizes[1],
            byref(one),
            byref(other),
        )
        point = ctypes.create_string_buffer(256)
        asked = (Attribute * 1)(Attribute(EC_POINT, ctypes.cast(point, c_void_p), 256))
        self._call(ATTRIBUTE_VALUE, session, one, asked, c_ulong(1))
        # An octet string by the standard; some modules leave its head out.
        written = point.raw[: asked[0].length]
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), written[-(2 * WIDTH + 1) :])

    def _signed(self, handle: bytes, digest: bytes) -> bytes:
        session, key, count = c_ulong(self._session), c_ulong(), c_ulong()
        wanted = _attributes(((CLASS, PRIVATE_KEY), (KEY_TYPE, EC), (ID, handle)))
        self._call(FIND_INIT, session, wanted, c_ulong(len(wanted)))
        self._call(FIND, session, byref(key), c_ulong(1), byref(count))
        self._call(FIND_FINAL, session)
        if not count.value:
            raise HardwareUnavailable("the hardware module does not have this key")
        mechanism, made, length = Mechanism(ECDSA, None, 0), ctypes.create_string_buffer(256), c_ulong(256)
        self._call(SIGN_INIT, session, byref(mechanism), key)
        self._call(SIGN, session, c_char_p(digest), c_ulong(len(digest)), made, byref(length))
        return made.raw[: length.value]

    def _call(self, place: int, *words: Any, well: Sequence[int] | set[int] = ()) -> None:
        if self._functions is None:
            raise HardwareUnavailable("no library is loaded")
        code = ctypes.CFUNCTYPE(c_ulong)(self._functions.list[place])(*words)
        if code and code not in well:
            raise _Failed(code, _NAMES.get(place, f"call {place}"))


class _Failed(Exception):
    def __init__(self, code: int, what: str) -> None:
        super().__init__(code, what)
        self.code, self.what = code, what


def _attributes(said: Sequence[tuple[int, bytes | bool | int]]) -> Any:
    """Return a template; the values live as long as it does."""
    values: list[Any] = []
    for _name, value in said:
        if isinstance(value, bool):
            values.append(c_ubyte(value))
        elif isinstance(value, int):
            values.append(c_ulong(value))
        else:
            values.append(ctypes.create_string_buffer(value, len(value)))
    rows = [
        Attribute(name, ctypes.cast(ctypes.pointer(value), c_void_p), ctypes.sizeof(value))
        for (name, _value), value in zip(said, values, strict=True)
    ]
    template: Any = (Attribute * len(rows))(*rows)
    template.values = values
    return template


_NAMES = {
    INITIALIZE: "to begin",
    OPEN_SESSION: "a session",
    LOGIN: "the PIN",
    GENERATE_PAIR: "to make a key",
    SIGN_INIT: "to sign",
    SIGN: "to sign",
}
