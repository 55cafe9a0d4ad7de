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
from contextlib import suppress
from hashlib import sha256
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import time
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey

DEMO = Path(__file__).parent / "data" / "demo.toml"
CODE_SECONDS = 120
FAULTS = {"": "照常", "forged": "伪造签名", "nonce": "nonce 不符", "expired": "令牌已过期", "other": "换成他人"}
PAGE = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{title}（模拟）</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>
body {{ font: 16px/1.6 "Noto Sans CJK SC", "PingFang SC", sans-serif; margin: 0; background: #f6f4ef }}
main {{ max-width: 30rem; margin: 0 auto; padding: 1.5rem 1rem }} label {{ display: block; margin: .8rem 0 }}
input, select {{ font: inherit; width: 100%; box-sizing: border-box; padding: .4rem }}
button {{ font: inherit; padding: .6rem 1.4rem; border: 0; border-radius: 6px; background: #1d4f8b; color: #fff }}
.note {{ background: #fff6d6; border: 1px solid #d9c27a; padding: .75rem 1rem; border-radius: 6px }}
</style></head><body><main><h1>{title}</h1><p class="note">这是演示用的模拟登录，与真实平台无关。</p>
<form method="post">{fields}<button>登录并返回</button> <button name="refuse" value="1">取消</button></form>
</main></body></html>"""


class Vouching(ThreadingHTTPServer):
    """codes: what was given out and not yet used, by code; a code works once, for two minutes."""

    daemon_threads = True

    def __init__(self, base: str) -> None:
        super().__init__(("127.0.0.1", 0), Door, bind_and_activate=False)
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


class Door(BaseHTTPRequestHandler):
    server: Vouching
    server_version, sys_version = "demonstration", ""

    def do_GET(self) -> None:
        parts, said = urlsplit(self.path), self._query()
        if parts.path == "/national/authorize":
            self._page("国家政务服务平台", _national_fields())
        elif parts.path == "/connect/qrconnect":
            self._page("微信", '<label>微信号<input name="subject" value="xiaoyun"></label>')
        elif parts.path == "/national/jwks":
            self._json({"keys": [self.server.key.as_dict(private=False)]})
        elif parts.path == "/sns/oauth2/access_token":
            self._wechat_token(said)
        elif parts.path == "/sns/userinfo":
            openid = self.server.tokens.get(said.get("access_token", ""))
            right = openid is not None and openid == said.get("openid")
            told = {"openid": openid, "nickname": "微信用户", "unionid": f"u-{openid}"}
            self._json(told if right else {"errcode": 40003, "errmsg": "invalid openid"})
        else:
            self.send_error(404)

    def do_POST(self) -> None:
        body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), 64 * 1024)).decode()
        sent = {name: values[0] for name, values in parse_qs(body, keep_blank_values=True).items()}
        if urlsplit(self.path).path == "/national/token":
            self._national_token(sent)
            return
        asked = self._query()
        back = {"state": asked.get("state", "")}
        if "refuse" not in sent:
            back["code"] = secrets.token_urlsafe(24)
            self.server.codes[back["code"]] = {**asked, **sent, "at": str(time())}
        self.send_response(303)
        self.send_header("Location", f"{asked.get('redirect_uri', '')}?{urlencode(back)}")
        self.end_headers()

    def _used(self, code: str) -> dict[str, str] | None:
        with self.server.lock:
            found = self.server.codes.pop(code, None)
        return found if found and time() - float(found["at"]) < CODE_SECONDS else None

    def _national_token(self, sent: dict[str, str]) -> None:
        found = self._used(sent.get("code", ""))
        challenge = urlsafe_b64encode(sha256(sent.get("code_verifier", "").encode()).digest()).decode().rstrip("=")
        known = all(sent.get(name) == self.server.client[name] for name in ("client_id", "client_secret"))
        if (
            not found
            or not known
            or found["code_challenge"] != challenge
            or found["redirect_uri"] != sent["redirect_uri"]
        ):
            self._json({"error": "invalid_grant"}, 400)
            return
        fault, now = found.get("fault", ""), int(time())
        claims = {
            "iss": f"{self.server.base}/national",
            "aud": "another" if fault == "other" else found["client_id"],
            "sub": sha256(found["id_number"].encode()).hexdigest(),
            "nonce": "another" if fault == "nonce" else found["nonce"],
            "iat": now,
            "exp": now - 60 if fault == "expired" else now + 300,
            **{name: found[name] for name in ("name", "id_number", "level")},
        }
        key = self.server.other if fault == "forged" else self.server.key
        token = jwt.encode({"alg": "ES256", "kid": "demo-1"}, claims, key)
        self._json({"access_token": secrets.token_urlsafe(16), "token_type": "Bearer", "id_token": token})

    def _wechat_token(self, said: dict[str, str]) -> None:
        found = self._used(said.get("code", ""))
        right = said.get("appid") == "wx-yunze" and said.get("secret") == self.server.client["client_secret"]
        if not found or not right:
            self._json({"errcode": 40029, "errmsg": "invalid code"})
            return
        token, openid = secrets.token_urlsafe(16), found["subject"]
        self.server.tokens[token] = openid
        self._json({"access_token": token, "expires_in": 7200, "openid": openid, "scope": "snsapi_login"})

    def _query(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}

    def _page(self, title: str, fields: str) -> None:
        self._send(PAGE.format(title=title, fields=fields).encode(), "text/html; charset=utf-8")

    def _json(self, said: dict[str, Any], status: int = 200) -> None:
        self._send(json.dumps(said).encode(), "application/json", status)

    def _send(self, body: bytes, kind: str, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing: addresses hold codes."""


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


def serve(folder: Path, listening: socket.socket, base: str) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    server = Vouching(base)
    for name, told in server.accounts().items():
        (folder / f"{name}.json").write_text(json.dumps(told))
    server.socket.close()
    server.socket = listening
    with suppress(KeyboardInterrupt):
        server.serve_forever()


if __name__ == "__main__":
    serve(Path(sys.argv[1]), socket.socket(fileno=int(sys.argv[2])), sys.argv[3])
