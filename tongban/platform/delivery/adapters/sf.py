"""SF Express, 丰桥 open platform: order, cancel, routes, and pushed routes.

Source: 顺丰丰桥开放平台 (EXP_RECE_CREATE_ORDER, EXP_RECE_SEARCH_ORDER_RESP, EXP_RECE_UPDATE_ORDER,
EXP_RECE_SEARCH_ROUTES, 路由推送; 数字签名认证). What could not be tried with a real account is named in the account
file: `push_digest`, `push_timestamp` (headers of a pushed message), `express_type`.
"""

import base64
import hashlib
import hmac
import json
import time
import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote_plus, urlencode

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.platform.delivery.adapters.accounts import Customer, moment, read_object
from tongban.platform.delivery.ports import (
    CarrierMessage,
    CarrierOrder,
    CarrierRefused,
    CarrierSilent,
    Contact,
    TrackLine,
    UntrustedMessage,
)

# The same order again; the waybill it was given is asked for.
REPEATED = "8016"
LATER = {"A1011", "A1099"}  # 系统异常
OLD_SECONDS = 300


class SfExpress(Customer):
    key = "sf"
    title: StrOrPromise = _("SF Express")
    needed = ("url", "partner", "checkword")

    def book(self, order: CarrierOrder) -> str:
        account = self.account
        asked = {
            "language": "zh-CN",
            "orderId": order.number,
            "cargoDetails": [{"name": order.title[:60], "count": 1, "unit": "件"}],
            "contactInfoList": [_contact(1, self.sender), _contact(2, order.recipient)],
            "expressTypeId": account.get("express_type", 2),
            "payMethod": 1,
            "isGenWaybillNo": 1,
            "isReturnRoutelabel": 0,
            **({"monthlyCard": account["monthly_card"]} if account.get("monthly_card") else {}),
        }
        try:
            said = self._asked("EXP_RECE_CREATE_ORDER", asked)
        except CarrierRefused as refused:
            if not str(refused).startswith(REPEATED):
                raise
            said = self._asked("EXP_RECE_SEARCH_ORDER_RESP", {"language": "zh-CN", "orderId": order.number})
        if str(said.get("filterResult", "2")) == "3":
            raise CarrierRefused("不可收派")
        for one in said.get("waybillNoInfoList") or []:
            if str(one.get("waybillType", 1)) == "1" and one.get("waybillNo"):
                return str(one["waybillNo"])
        raise CarrierSilent("it took the order and gave no number yet")

    def cancel(self, *, number: str, waybill: str) -> None:
        numbers = [{"waybillNo": waybill, "waybillType": 1}] if waybill else []
        self._asked("EXP_RECE_UPDATE_ORDER", {"orderId": number, "dealType": 2, "waybillNoInfoList": numbers})

    def track(self, *, waybill: str, phone: str) -> list[TrackLine]:
        asked = {
            "language": "zh-CN",
            "trackingType": 1,
            "trackingNumber": [waybill],
            "methodType": 1,
            "checkPhoneNo": phone[-4:],
        }
        said = self._asked("EXP_RECE_SEARCH_ROUTES", asked)
        try:
            found = [one["routes"] for one in said["routeResps"] if one["mailNo"] == waybill]
            return [self._line(route) for routes in found for route in routes or []]
        except (KeyError, ValueError, TypeError) as error:
            raise CarrierSilent("its track cannot be read") from error

    def read(self, headers: Mapping[str, str], body: bytes) -> list[CarrierMessage]:
        account = self.account
        at = headers.get(account.get("push_timestamp", "timestamp"), "")
        told = headers.get(account.get("push_digest", "msgDigest"), "")
        if not at.isdecimal() or abs(clock.now().timestamp() - int(at[:10])) > OLD_SECONDS:
            raise UntrustedMessage("it is of another time")
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError as error:
            raise UntrustedMessage("it is no text") from error
        if not hmac.compare_digest(digest(text, at, account["checkword"]).encode(), told.encode("utf-8", "replace")):
            raise UntrustedMessage("its signature is wrong")
        try:
            routes = read_object(body)["Body"]["WaybillRoute"]
            lines: dict[str, list[TrackLine]] = {}
            for route in routes:
                lines.setdefault(str(route["mailno"]), []).append(self._line(route))
        except (CarrierSilent, KeyError, ValueError, TypeError) as error:
            raise UntrustedMessage("it cannot be read") from error
        return [CarrierMessage(waybill, found) for waybill, found in lines.items()]

    def reply(self, problem: str = "") -> tuple[int, str, str]:
        said = (
            {"return_code": "1000", "return_msg": "系统拒绝"}
            if problem
            else {"return_code": "0000", "return_msg": "成功"}
        )
        return (401 if problem else 200), "application/json", json.dumps(said, ensure_ascii=False)

    def _line(self, route: Mapping[str, Any]) -> TrackLine:
        code, at = str(route["opCode"]), moment(route["acceptTime"])
        # A push numbers its lines and the search does not: one line of one moment is the same one.
        return TrackLine(
            f"{code}@{at:%Y%m%d%H%M%S}",
            at,
            self._kind(code),
            str(route.get("acceptAddress", ""))[:60],
            str(route.get("remark", ""))[:300],
        )

    def _asked(self, service: str, asked: Mapping[str, Any]) -> dict[str, Any]:
        account, text = self.account, json.dumps(asked, ensure_ascii=False)
        at = str(int(time.time()))
        form = {
            "partnerID": account["partner"],
            "requestID": str(uuid.uuid4()),
            "serviceCode": service,
            "timestamp": at,
            "msgDigest": digest(text, at, account["checkword"]),
            "msgData": text,
        }
        said = self._posted(urlencode(form).encode())
        if said.get("apiResultCode") != "A1000":
            reason = f"{said.get('apiResultCode')} {said.get('apiErrorMsg', '')}".strip()
            if said.get("apiResultCode") in LATER:
                raise CarrierSilent(reason)
            raise CarrierRefused(reason)
        data = said.get("apiResultData")
        result = read_object(data) if isinstance(data, str) else data
        if not isinstance(result, dict):
            raise CarrierSilent("its answer has no data")
        if not result.get("success"):
            raise CarrierRefused(f"{result.get('errorCode', '')} {result.get('errorMsg', '')}".strip())
        found = result.get("msgData")
        return found if isinstance(found, dict) else {}


def digest(text: str, at: str, checkword: str) -> str:
    """Return msgDigest: Base64 of the MD5 of the URL-encoded text, moment and checkword, as the platform asks."""
    # As Java's URLEncoder writes it.
    said = quote_plus(text + at + checkword, safe="*").replace("~", "%7E")
    return base64.b64encode(hashlib.md5(said.encode(), usedforsecurity=False).digest()).decode()


def _contact(kind: int, one: Contact) -> dict[str, Any]:
    return {
        "contactType": kind,
        "contact": one.name,
        "mobile": one.phone,
        "country": "CN",
        "province": one.province,
        "city": one.city,
        "county": one.county,
        "address": one.street,
    }
