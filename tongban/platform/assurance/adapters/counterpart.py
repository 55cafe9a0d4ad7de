"""The local counterpart of a real-person verification service: a process of its own that speaks the same protocol.

It recognises nobody. Its page asks whoever tries the house what the real service would say, and says so plainly.
"""

import json
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from tongban.platform.assurance import rules

PAGE = """<!doctype html><html lang="zh-Hans"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>实人核验（本地模拟）</title><body style="font-family:sans-serif;max-width:32rem;margin:3rem auto;padding:0 1rem">
<h1>实人核验（本地模拟）</h1><p>这是用于演示和测试的模拟服务，不采集、不识别人脸。请选择核验结果：</p>
<p>申请人：{name}</p><form method="post"><button name="state" value="passed">核验通过</button>
<button name="state" value="failed">核验未通过</button></form></body></html>"""


class Counterpart(ThreadingHTTPServer):
    """checks: what was announced, by reference; forged: it signs with another secret, for drills."""

    def __init__(self, port: int, secret: str, *, forged: bool = False) -> None:
        super().__init__(("127.0.0.1", port), _Door)
        self.secret = f"{secret}-forged" if forged else secret
        self.true_secret = secret
        self.checks: dict[str, dict[str, str]] = {}


class _Door(BaseHTTPRequestHandler):
    server: Counterpart

    def do_POST(self) -> None:
        body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), 64 * 1024))
        if self.path == "/checks":
            self._announce(body)
            return
        check = self.server.checks.get(self._reference("/pages/"))
        state = parse_qs(body.decode()).get("state", [""])[0]
        if check is None or state not in ("passed", "failed"):
            self.send_error(404)
            return
        check["state"] = state
        self.send_response(303)
        self.send_header("Location", check["back"])
        self.end_headers()

    def do_GET(self) -> None:
        if check := self.server.checks.get(self._reference("/pages/")):
            self._answer(PAGE.format(name=escape(check["name"])).encode(), "text/html; charset=utf-8")
            return
        reference = self._reference("/checks/")
        check = self.server.checks.get(reference)
        given = self.headers.get("X-Signature") or ""
        if check is None or not rules.is_signed(self.server.true_secret, self.path.encode(), given):
            self.send_error(404)
            return
        self._answer(json.dumps({"reference": reference, "state": check["state"]}).encode())

    def _announce(self, body: bytes) -> None:
        if not rules.is_signed(self.server.true_secret, body, self.headers.get("X-Signature") or ""):
            self.send_error(403)
            return
        told = json.loads(body)
        reference = told["reference"]
        self.server.checks[reference] = {"name": told["name"], "back": told["back"], "state": "asked"}
        host, port = self.server.server_address[:2]
        self._answer(json.dumps({"address": f"http://{host!s}:{port}/pages/{reference}"}).encode())

    def _answer(self, body: bytes, kind: str = "application/json") -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Signature", rules.signature(self.server.secret, body))
        self.end_headers()
        self.wfile.write(body)

    def _reference(self, prefix: str) -> str:
        path = urlsplit(self.path).path
        return path.removeprefix(prefix) if path.startswith(prefix) else ""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing: what is asked here tells about people."""
