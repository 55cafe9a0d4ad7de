"""Text messages by Alibaba Cloud (阿里云短信服务): the call SendSms of 2017-05-25, signed by ACS3-HMAC-SHA256.

Source: help.aliyun.com, “V3版本请求体&签名机制” and “SendSms”. What is sent is a template that the provider approved,
with words in its places; the account names one for each of our kinds.
"""

import hmac
import json
from collections.abc import Callable, Mapping
from datetime import UTC
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import clock, ids
from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.infrastructure.transport import calling, rules
from tongban.infrastructure.transport.ports import Rejected, TextMessage, Unreachable

ACTION, VERSION, ALGORITHM = "SendSms", "2017-05-25", "ACS3-HMAC-SHA256"
NEEDED = ("url", "access_key_id", "access_key_secret", "sign_name", "templates")
MAX_ANSWER_BYTES = 64 * 1024
# What will never be taken: the number does not exist, cannot be reached, or may not be written to.
FOR_GOOD = frozenset(
    {
        "isv.MOBILE_NUMBER_ILLEGAL",
        "isv.MOBILE_COUNT_OVER_LIMIT",
        "isv.BLACK_KEY_CONTROL_LIMIT",
        "isv.DENY_IP_RANGE",
        "isv.OUT_OF_SERVICE",
        "isv.PARAM_LENGTH_LIMIT",
        "isv.TEMPLATE_PARAMS_ILLEGAL",
        "MOBILE_IN_BLACK",
    }
)


class AliyunSms:
    """file: names the account; seconds: how long an answer may take."""

    def __init__(self, file: str, seconds: float) -> None:
        self._file, self._seconds = file, seconds

    def in_use(self) -> StrOrPromise:
        try:
            account = self._account()
        except Unreachable:
            return _("Alibaba Cloud SMS")
        if account.get("simulated"):
            return _("A simulated SMS provider on this machine; no text message is sent out.")
        return _("Alibaba Cloud SMS at %(host)s") % {"host": urlsplit(account["url"]).hostname}

    def outbox(self) -> str:
        return str(self._account().get("outbox", ""))

    def send(self, message: TextMessage) -> None:
        """Send one message. `key` is told as OutId, by which the provider's reports name it."""
        account = self._account()
        template = account["templates"].get(message.template)
        if not template:
            raise Unreachable(f"the account has no template “{message.template}”")
        said = self._asked(
            account,
            {
                "PhoneNumbers": message.to,
                "SignName": account["sign_name"],
                "TemplateCode": template,
                "TemplateParam": json.dumps(dict(message.words), ensure_ascii=False),
                "OutId": rules.name_of(message.key),
            },
        )
        code = str(said.get("Code", ""))
        if code == "OK":
            return
        raise (Rejected if code in FOR_GOOD else Unreachable)(f"the SMS provider answers {code}")

    def check(self) -> list[StrOrPromise]:
        """Say what the account lacks, and whether somebody answers who knows our key."""
        try:
            account = self._account()
            missing = [name for name in ("code", "notice") if not account["templates"].get(name)]
            if missing:
                return [f"templates: {', '.join(missing)}"]
            # A call without a number costs nothing, and only who has the key is told that a number is missing.
            code = str(self._asked(account, {"PhoneNumbers": ""}).get("Code", ""))
        except Unreachable as silent:
            return [str(silent)]
        refused = ("SignatureDoesNotMatch", "InvalidAccessKeyId", "Forbidden", "Throttling")
        return [code] if code.startswith(refused) else []

    def _asked(self, account: Mapping[str, Any], params: Mapping[str, str]) -> dict[str, Any]:
        parts = urlsplit(account["url"])
        at = clock.now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        headers = signed(
            host=parts.netloc,
            action=ACTION,
            version=VERSION,
            params=params,
            at=at,
            nonce=ids.token(32),
            key=(account["access_key_id"], account["access_key_secret"]),
        )
        answer = calling.call(
            "POST",
            f"{account['url'].rstrip('/')}/?{canonical_query(params)}",
            headers=headers,
            seconds=self._seconds,
            most_bytes=MAX_ANSWER_BYTES,
        )
        try:
            said = json.loads(answer.body)
        except ValueError as error:
            raise Unreachable(f"the SMS provider answers {answer.status}, and no JSON") from error
        if not isinstance(said, dict) or "Code" not in said:
            raise Unreachable(f"the SMS provider answers {answer.status}, and does not say what came of it")
        return said

    def _account(self) -> dict[str, Any]:
        try:
            said = _read(self._file, Path(self._file).stat().st_mtime_ns)
        except (OSError, ValueError) as error:
            raise Unreachable(f"{self._file} cannot be read: {error}") from error
        if missing := [name for name in NEEDED if not said.get(name)]:
            raise Unreachable(f"{self._file} does not say: {', '.join(missing)}")
        return said


def signed(
    *,
    host: str,
    action: str,
    version: str,
    params: Mapping[str, str],
    at: str,
    nonce: str,
    key: tuple[str, str],
    method: str = "POST",
) -> dict[str, str]:
    """Return the headers of a call without a body, signed. at: ISO 8601 in UTC; key: its id and its secret."""
    body = sha256(b"").hexdigest()
    headers = {
        "host": host,
        "x-acs-action": action,
        "x-acs-content-sha256": body,
        "x-acs-date": at,
        "x-acs-signature-nonce": nonce,
        "x-acs-version": version,
    }
    names = ";".join(headers)
    lines = "".join(f"{name}:{value}\n" for name, value in headers.items())
    request = f"{method}\n/\n{canonical_query(params)}\n{lines}\n{names}\n{body}"
    text = f"{ALGORITHM}\n{sha256(request.encode()).hexdigest()}"
    signature = hmac.new(key[1].encode(), text.encode(), sha256).hexdigest()
    return {
        **headers,
        "Authorization": f"{ALGORITHM} Credential={key[0]},SignedHeaders={names},Signature={signature}",
    }


def canonical_query(params: Mapping[str, str]) -> str:
    """Return parameters in order, encoded by RFC 3986."""
    encode: Callable[..., str] = quote
    return urlencode(sorted(params.items()), quote_via=encode, safe="-_.~")


@lru_cache(maxsize=4)
def _read(file: str, _changed: int) -> dict[str, Any]:
    return dict(json.loads(Path(file).read_text(encoding="utf-8")))
