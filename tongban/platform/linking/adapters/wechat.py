"""微信网站应用登录 by the published OAuth 2 of WeChat's open platform: qrconnect, access_token, userinfo.

WeChat verifies nobody for us: it tells an openid, a unionid where the site has one, and a nickname. It takes neither
PKCE nor nonce; the state, known to this browser's session alone, binds the answer. Errors come with status 200.
"""

from typing import Any
from urllib.parse import quote, urlencode

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.platform.linking.adapters.asking import ask
from tongban.platform.linking.ports import Claimed, Forged, Secrets


class WeChat:
    title: StrOrPromise = _("WeChat")

    def __init__(self, account: dict[str, Any]) -> None:
        self._account = account
        self._open = account.get("open", "https://open.weixin.qq.com")
        self._api = account.get("api", "https://api.weixin.qq.com")
        self.simulated = bool(account.get("simulated"))

    def begin(self, secrets: Secrets) -> str:
        # In this order, as the platform asks.
        asked = {
            "appid": self._account["appid"],
            "redirect_uri": secrets.back,
            "response_type": "code",
            "scope": "snsapi_login",
            "state": secrets.state,
        }
        return f"{self._open}/connect/qrconnect?{urlencode(asked, quote_via=quote)}#wechat_redirect"

    def finish(self, secrets: Secrets, code: str) -> Claimed:
        asked = {"appid": self._account["appid"], "secret": self._account["secret"], "code": code}
        given = ask(f"{self._api}/sns/oauth2/access_token", query={**asked, "grant_type": "authorization_code"})
        if given.get("errcode") or not given.get("access_token") or not given.get("openid"):
            raise Forged(f"errcode {given.get('errcode')}")
        shown = {"access_token": str(given["access_token"]), "openid": str(given["openid"]), "lang": "zh_CN"}
        told = ask(f"{self._api}/sns/userinfo", query=shown)
        if told.get("errcode") or told.get("openid") != given["openid"]:
            raise Forged("userinfo speaks of somebody else")
        return Claimed(str(told.get("unionid") or told["openid"]))
