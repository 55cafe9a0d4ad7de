"""The demonstration's providers of sign-in: one process that speaks the protocols of two real ones.

`python -m tongban.city.vouching FOLDER SOCKET ADDRESS`: the socket is an inherited one, the address where browsers
reach it. national.json and wechat.json in the folder are what `LINKING_NATIONAL` and `LINKING_WECHAT` name. It knows
nobody: its page asks who is to be signed in, says that it is a simulation, and lets one choose a wrong answer.
"""

import json
import secrets
import socket
import sys
import threading
import tomllib
from base64 import urlsafe_b64encode
from hashlib import sha256
from html import escape
from pathlib import Path
from time import time
from typing import Any
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.jwk import ECKey

from tongban.city.counterpart import looks
from tongban.city.counterpart.account import written
from tongban.city.counterpart.door import HTML, TEXT, CounterpartReply, PlainDoor, one_of_each, see
from tongban.city.counterpart.serving import own_folder, serve

DEMO = Path(__file__).parent / "data" / "demo.toml"
CODE_SECONDS = 120
FAULTS = {"": "照常", "forged": "伪造签名", "nonce": "nonce 不符", "expired": "令牌已过期", "other": "换成他人"}
NAME, COLOUR = "第三方登录演示对端（本机模拟，与真实平台无关）", "#1d4f8b"


class Vouching:
    """codes: what was given out and not yet used, by code; a code works once, for two minutes."""

    def __init__(self, base: str) -> None:
        self.base, self.lock = base, threading.Lock()
        self.key, self.other = (
            ECKey.generate_key("P-256", {"kid": "demo-1"}),
            ECKey.generate_key("P-256", {"kid": "demo-1"}),
        )
        self.codes: dict[str, dict[str, str]] = {}
        self.tokens: dict[str, str] = {}
        self.client = {"client_id": "yunze", "client_secret": secrets.token_urlsafe(24), "simulated": True}

    def accounts(self) -> dict[str, dict[str, Any]]:
        """Return what the house has to know of each provider."""
        national = {name: f"{self.base}/national/{name}" for name in ("authorize", "token", "jwks")}
        wechat = {"appid": "wx-yunze", "secret": self.client["client_secret"], "open": self.base, "api": self.base}
        return {
            "national": {"issuer": f"{self.base}/national", **national, **self.client},
            "wechat": {**wechat, "simulated": True},
        }


class VouchingDoor(PlainDoor):
    vouching: Vouching

    def reply(self, path: str, body: bytes) -> CounterpartReply | None:
        return self._posted(path, one_of_each(body.decode())) if self.command == "POST" else self._got(path)

    def _got(self, path: str) -> CounterpartReply:
        said = self.query()
        if path == "/national/authorize":
            return _page("国家政务服务平台", _national_fields())
        if path == "/connect/qrconnect":
            return _page("微信", '<label>微信号<input name="subject" value="xiaoyun"></label>')
        if path == "/national/jwks":
            return _json({"keys": [self.vouching.key.as_dict(private=False)]})
        if path == "/sns/oauth2/access_token":
            return self._wechat_token(said)
        if path == "/sns/userinfo":
            openid = self.vouching.tokens.get(said.get("access_token", ""))
            right = openid is not None and openid == said.get("openid")
            told = {"openid": openid, "nickname": "微信用户", "unionid": f"u-{openid}"}
            return _json(told if right else {"errcode": 40003, "errmsg": "invalid openid"})
        return CounterpartReply(404, TEXT, b"")

    def _posted(self, path: str, sent: dict[str, str]) -> CounterpartReply:
        if path == "/national/token":
            return self._national_token(sent)
        asked = self.query()
        back = {"state": asked.get("state", "")}
        if "refuse" not in sent:
            back["code"] = secrets.token_urlsafe(24)
            self.vouching.codes[back["code"]] = {**asked, **sent, "at": str(time())}
        return see(f"{asked.get('redirect_uri', '')}?{urlencode(back)}")

    def _used(self, code: str) -> dict[str, str] | None:
        with self.vouching.lock:
            found = self.vouching.codes.pop(code, None)
        return found if found and time() - float(found["at"]) < CODE_SECONDS else None

    def _national_token(self, sent: dict[str, str]) -> CounterpartReply:
        found = self._used(sent.get("code", ""))
        challenge = urlsafe_b64encode(sha256(sent.get("code_verifier", "").encode()).digest()).decode().rstrip("=")
        known = all(sent.get(name) == self.vouching.client[name] for name in ("client_id", "client_secret"))
        if (
            not found
            or not known
            or found["code_challenge"] != challenge
            or found["redirect_uri"] != sent["redirect_uri"]
        ):
            return _json({"error": "invalid_grant"}, 400)
        fault, now = found.get("fault", ""), int(time())
        claims = {
            "iss": f"{self.vouching.base}/national",
            "aud": "another" if fault == "other" else found["client_id"],
            "sub": sha256(found["id_number"].encode()).hexdigest(),
            "nonce": "another" if fault == "nonce" else found["nonce"],
            "iat": now,
            "exp": now - 60 if fault == "expired" else now + 300,
            **{name: found[name] for name in ("name", "id_number", "level")},
        }
        key = self.vouching.other if fault == "forged" else self.vouching.key
        token = jwt.encode({"alg": "ES256", "kid": "demo-1"}, claims, key)
        return _json({"access_token": secrets.token_urlsafe(16), "token_type": "Bearer", "id_token": token})

    def _wechat_token(self, said: dict[str, str]) -> CounterpartReply:
        found = self._used(said.get("code", ""))
        right = said.get("appid") == "wx-yunze" and said.get("secret") == self.vouching.client["client_secret"]
        if not found or not right:
            return _json({"errcode": 40029, "errmsg": "invalid code"})
        token, openid = secrets.token_urlsafe(16), found["subject"]
        self.vouching.tokens[token] = openid
        return _json({"access_token": token, "expires_in": 7200, "openid": openid, "scope": "snsapi_login"})


def _page(title: str, fields: str) -> CounterpartReply:
    body = (
        f'<p class="note">这是演示用的模拟登录，与真实平台无关。</p><form class="card" method="post">{fields}'
        '<p><button>登录并返回</button> <button name="refuse" value="1">取消</button></p></form>'
    )
    return CounterpartReply(200, HTML, looks.page(title, body, name=NAME, colour=COLOUR))


def _json(said: dict[str, Any], status: int = 200) -> CounterpartReply:
    return CounterpartReply(status, "application/json", json.dumps(said).encode())


def _national_fields() -> str:
    people = tomllib.loads(DEMO.read_text())["person"]
    one = next(person for person in people if person.get("login") == "lin.xiaoyun")
    faults = "".join(f'<option value="{key}">{word}</option>' for key, word in FAULTS.items())
    levels = "".join(f'<option value="{n}"{" selected" * (n == 3)}>{n} 级</option>' for n in (1, 2, 3, 4))
    return (
        f'<label>姓名<input name="name" value="{escape(one["name"])}"></label>'
        f'<label>公民身份号码<input name="id_number" value="{escape(one["id_number"])}"></label>'
        f'<label>实名等级<select name="level">{levels}</select></label>'
        f'<label>应答<select name="fault">{faults}</select></label>'
    )


def door_of(folder: Path, base: str) -> type[VouchingDoor]:
    vouching = Vouching(base)
    for name, told in vouching.accounts().items():
        written(folder / f"{name}.json", json.dumps(told).encode())
    return type("OneVouchingDoor", (VouchingDoor,), {"vouching": vouching})


if __name__ == "__main__":
    serve(door_of(own_folder(sys.argv[1]), sys.argv[3]), socket.socket(fileno=int(sys.argv[2])))
