"""The demonstration's SMS provider: a stranger to the house, in a process of its own, that sends nothing anywhere.

It speaks the published protocol of Alibaba Cloud SMS (SendSms of 2017-05-25, ACS3-HMAC-SHA256), shows on a page what
phones would show, and can be told to fail: silent, too busy, or refusing a number.
`python -m tongban.city.texting FOLDER SOCKET ADDRESS`: messages and the account lie in the folder.
"""

import hmac
import json
import secrets
import socket
import sys
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from tongban.city.counterpart.account import account, known
from tongban.city.counterpart.door import CounterpartReply, Door
from tongban.city.counterpart.failing import Faults, Store
from tongban.city.counterpart.looks import switches
from tongban.city.counterpart.serving import own_folder, serve

NAME, COLOUR = "短信演示对端（本机模拟，不向手机发送）", "#5b3f8c"
SIGN = "云泽市政务服务"
TEMPLATES = {
    "SMS_100000001": "您的验证码是${code}，${minutes}分钟内有效。如非本人操作，请忽略本短信。",
    "SMS_100000002": "您有一条新消息：${title}。请登录政务服务网查看。",
}
BEIJING = timezone(timedelta(hours=8))
CLOCK_MINUTES = 15
SCHEMA = """
CREATE TABLE IF NOT EXISTS texts (id INTEGER PRIMARY KEY, phone TEXT, words TEXT, at TEXT, named TEXT);
CREATE TABLE IF NOT EXISTS nonces (nonce TEXT PRIMARY KEY);
"""
FAULTS = {"time_out": "接口超时不应答", "busy": "触发流控", "refused": "号码不可达"}


@dataclass(frozen=True)
class TextFaults(Faults):
    busy: float = 0.0
    refused: float = 0.0


class Outbox(Store):
    """What phones would show."""

    kind = TextFaults

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "texts", SCHEMA)

    def add(self, phone: str, words: str, named: str) -> None:
        at = f"{datetime.now(BEIJING):%Y-%m-%d %H:%M:%S}"
        with self._lock:
            self._rows.execute(
                "INSERT INTO texts (phone, words, at, named) VALUES (?,?,?,?)", (phone, words, at, named)
            )

    def newest(self) -> list[tuple[str, str, str]]:
        with self._lock:
            return self._rows.execute("SELECT phone, words, at FROM texts ORDER BY id DESC LIMIT 50").fetchall()

    def is_new(self, nonce: str) -> bool:
        """Say whether no call bore this nonce before, and remember it."""
        with self._lock:
            return self._rows.execute("INSERT OR IGNORE INTO nonces VALUES (?)", (nonce,)).rowcount == 1


class Refused(Exception):
    """An answer that says no. status, code: as Alibaba Cloud has them."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status, self.code = status, code


class TextingDoor(Door):
    store: Outbox

    def shown(self, path: str, body: bytes) -> CounterpartReply | None:
        if "Authorization" in self.headers or path not in {"/", "/faults"}:
            return None
        if path == "/faults" and self.command == "POST":
            return self.faults_set(body, f"{self.base}/")
        shown = "".join(
            f'<div class="card"><b>{escape(phone)}</b> <span class="small">{at}</span><br>{escape(words)}</div>'
            for phone, words, at in self.store.newest()
        )
        note = '<p class="note">这里模拟短信平台：显示本应发到手机上的短信，不向任何手机发送。</p>'
        return self.page(
            "短信", f"{note}{shown or '<p>还没有短信。</p>'}{switches(self.store.faults, FAULTS, '/faults')}"
        )


class TextingCounterpart:
    def __init__(self, folder: Path, base: str) -> None:
        self.outbox = Outbox(folder)
        self.account = account(
            folder,
            {
                "url": base,
                "outbox": f"{base}/",
                "access_key_id": "LTAI5tTONGBANDEMO",
                "access_key_secret": known(folder).get("access_key_secret") or secrets.token_urlsafe(24),
                "sign_name": SIGN,
                "templates": dict(zip(("code", "notice"), TEMPLATES, strict=True)),
                "simulated": True,
            },
        )

    def answered(self, door: Door, _path: str, _body: bytes) -> CounterpartReply:
        request = str(uuid.uuid4()).upper()
        try:
            said = dict(parse_qsl(urlsplit(door.path).query, keep_blank_values=True))
            self._must_be_customers(door, said)
            self._send(said)
        except Refused as refused:
            return _json(refused.status, {"RequestId": request, "Message": refused.code, "Code": refused.code})
        return _json(200, {"RequestId": request, "Message": "OK", "BizId": secrets.token_hex(10), "Code": "OK"})

    def _send(self, said: Mapping[str, str]) -> None:
        phone = said.get("PhoneNumbers", "")
        if not phone:
            raise Refused(400, "MissingPhoneNumbers")
        if said.get("SignName") != SIGN:
            raise Refused(200, "isv.SMS_SIGNATURE_ILLEGAL")
        template = TEMPLATES.get(said.get("TemplateCode", ""))
        if template is None:
            raise Refused(200, "isv.SMS_TEMPLATE_ILLEGAL")
        if self.outbox.happens("busy"):
            raise Refused(200, "isv.BUSINESS_LIMIT_CONTROL")
        if self.outbox.happens("refused") or not (phone.isascii() and phone.isdecimal() and len(phone) == 11):
            raise Refused(200, "isv.MOBILE_NUMBER_ILLEGAL")
        words = template
        try:
            for name, value in json.loads(said["TemplateParam"]).items():
                words = words.replace(f"${{{name}}}", value)
        except (KeyError, ValueError, AttributeError, TypeError) as error:
            raise Refused(200, "isv.INVALID_JSON_PARAM") from error
        if "${" in words:
            raise Refused(200, "isv.TEMPLATE_MISSING_PARAMETERS")
        self.outbox.add(phone, f"【{SIGN}】{words}", said.get("OutId", ""))

    def _must_be_customers(self, door: Door, said: Mapping[str, str]) -> None:
        """Compare the signature with our own. Source: “V3版本请求体&签名机制” of Alibaba Cloud."""
        sent = {name.lower(): value for name, value in door.headers.items()}
        kind, _space, told = sent.get("authorization", "").partition(" ")
        parts = dict(part.split("=", 1) for part in told.split(",") if "=" in part)
        names = parts.get("SignedHeaders", "").split(";")
        if sent.get("x-acs-action") != "SendSms" or sent.get("x-acs-version") != "2017-05-25":
            raise Refused(404, "InvalidAction.NotFound")
        if parts.get("Credential") != self.account["access_key_id"]:
            raise Refused(404, "InvalidAccessKeyId.NotFound")
        if kind != "ACS3-HMAC-SHA256" or not {"host", "x-acs-date", "x-acs-signature-nonce"} <= set(names):
            raise Refused(400, "IncompleteSignature")
        encoded = "&".join(f"{quote(key, safe='-_.~')}={quote(said[key], safe='-_.~')}" for key in sorted(said))
        headers = "".join(f"{name}:{sent.get(name, '').strip()}\n" for name in names)
        request = "\n".join(
            [door.command, "/", encoded, headers, ";".join(names), sent.get("x-acs-content-sha256", "")]
        )
        text = f"{kind}\n{sha256(request.encode()).hexdigest()}"
        right = hmac.new(self.account["access_key_secret"].encode(), text.encode(), sha256).hexdigest()
        if not hmac.compare_digest(right.encode(), parts.get("Signature", "").encode()):
            raise Refused(400, "SignatureDoesNotMatch")
        try:
            at = datetime.strptime(sent["x-acs-date"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        except ValueError as error:
            raise Refused(400, "InvalidTimeStamp.Format") from error
        if abs(datetime.now(UTC) - at) > timedelta(minutes=CLOCK_MINUTES):
            raise Refused(400, "InvalidTimeStamp.Expired")
        if not self.outbox.is_new(sent["x-acs-signature-nonce"]):
            raise Refused(400, "SignatureNonceUsed")


def _json(status: int, said: Mapping[str, Any]) -> CounterpartReply:
    return CounterpartReply(status, "application/json;charset=utf-8", json.dumps(said).encode())


def door_of(folder: Path, base: str) -> type[TextingDoor]:
    made = TextingCounterpart(folder, base)
    here = {"store": made.outbox, "base": base, "name": NAME, "colour": COLOUR}
    return type("OneTextingDoor", (TextingDoor,), {**here, "answered": staticmethod(made.answered)})


if __name__ == "__main__":
    serve(door_of(own_folder(sys.argv[1]), sys.argv[3]), socket.socket(fileno=int(sys.argv[2])))
