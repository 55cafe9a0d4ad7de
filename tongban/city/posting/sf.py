"""A local counterpart of SF Express, 丰桥."""

import base64
import hashlib
import json
import secrets
import time
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote_plus

from tongban.city.counterpart.account import account
from tongban.city.counterpart.door import CounterpartReply, Door
from tongban.city.counterpart.telling import Message
from tongban.city.posting.depot import Depot, Held, Line
from tongban.city.posting.door import SENDER

NAME, COLOUR = "顺丰速运演示对端（本机模拟，不寄送实物）", "#2b2b2b"
PARTNER = "TONGBANDEMO"
CODES = {"picked_up": "50", "on_way": "30", "trying": "44", "failed": "70", "signed": "80", "returned": "648"}


class Refused(Exception):
    """An answer that says no: code and words."""


class SfCounterpart:
    def __init__(self, folder: Path, base: str) -> None:
        self.depot, self.base = Depot(folder, "SF", 13), base
        self.account = account(
            folder,
            {
                "url": f"{base}/std/service",
                "depot": f"{base}/",
                "partner": PARTNER,
                "monthly_card": "7550000000",
                **SENDER,
            },
        )
        self.account = account(folder, {**self.account, "checkword": self.account["secret"]})

    def answered(self, _door: Door, path: str, body: bytes) -> CounterpartReply:
        if path != "/std/service":
            return CounterpartReply(404, "text/plain", b"")
        said = dict(parse_qsl(body.decode(), keep_blank_values=True))
        if not self._is_partners(said):
            return self._outer("A1006", "数字签名无效", "")
        try:
            verb = VERBS.get(said.get("serviceCode", ""))
            if verb is None:
                return self._outer("A1004", "无对应服务权限", "")
            inner: dict[str, Any] = {"success": True, "errorCode": "S0000", "errorMsg": None}
            inner["msgData"] = verb(self, json.loads(said["msgData"]))
        except Refused as refused:
            code, _space, words = str(refused).partition(" ")
            inner = {"success": False, "errorCode": code, "errorMsg": words, "msgData": None}
        except (KeyError, ValueError, TypeError, IndexError):
            return self._outer("A1001", "必传参数不可为空", "")
        return self._outer("A1000", "", json.dumps(inner, ensure_ascii=False))

    def message(self, lines: list[Line], *, forged: bool = False) -> Message:
        """Return a push of routes, signed; forged: by somebody without the key."""
        held = self.depot.must(lines[0].waybill)
        routes = [
            {**self._route(line), "mailno": held.waybill, "orderid": held.number, "id": line.id} for line in lines
        ]
        text = json.dumps({"Body": {"WaybillRoute": routes}}, ensure_ascii=False)
        at = str(int(time.time()))
        key = secrets.token_hex(16) if forged else self.account["checkword"]
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "timestamp": at,
            "msgDigest": _digest(text, at, key),
        }
        return Message(headers, text.encode())

    @staticmethod
    def taken(status: int, body: bytes) -> bool:
        return status == 200 and b'"0000"' in body

    def _create(self, asked: dict[str, Any]) -> dict[str, Any]:
        to = next(one for one in asked["contactInfoList"] if one["contactType"] == 2)
        place = "".join(str(to.get(name, "")) for name in ("province", "city", "county", "address"))
        held, new = self.depot.order(
            number=asked["orderId"],
            title=asked["cargoDetails"][0]["name"],
            recipient=to["contact"],
            place=place,
            phone=to.get("mobile") or to.get("tel") or "",
        )
        if not new:
            raise Refused("8016 重复下单")
        return self._ordered(held)

    def _searched(self, asked: dict[str, Any]) -> dict[str, Any]:
        held = self.depot.numbered(asked["orderId"])
        if held is None:
            raise Refused("8024 未下单")
        return self._ordered(held)

    def _update(self, asked: dict[str, Any]) -> dict[str, Any]:
        if not self.depot.cancel(asked["orderId"]):
            raise Refused("8037 已揽收的订单不能取消")
        return {"orderId": asked["orderId"], "resStatus": 2}

    def _routes(self, asked: dict[str, Any]) -> dict[str, Any]:
        found = []
        for waybill in asked["trackingNumber"]:
            held = self.depot.held(waybill)
            # Whose number it is, is told by the end of a telephone number.
            known = held is not None and held.phone.endswith(asked.get("checkPhoneNo") or "none")
            routes = [self._route(line) for line in self.depot.track(waybill)] if known else []
            found.append({"mailNo": waybill, "routes": routes})
        return {"routeResps": found}

    def _route(self, line: Line) -> dict[str, Any]:
        return {
            "acceptTime": line.at,
            "acceptAddress": line.place,
            "remark": line.words,
            "opCode": CODES[line.step],
        }

    def _ordered(self, held: Held) -> dict[str, Any]:
        numbers = [{"waybillType": 1, "waybillNo": held.waybill}]
        return {"orderId": held.number, "filterResult": 2, "waybillNoInfoList": numbers}

    def _outer(self, code: str, words: str, data: str) -> CounterpartReply:
        said = {"apiResultCode": code, "apiErrorMsg": words, "apiResponseID": uuid.uuid4().hex, "apiResultData": data}
        return CounterpartReply(200, "application/json;charset=utf-8", json.dumps(said, ensure_ascii=False).encode())

    def _is_partners(self, said: dict[str, str]) -> bool:
        told = _digest(said.get("msgData", ""), said.get("timestamp", ""), self.account["checkword"])
        return said.get("partnerID") == PARTNER and secrets.compare_digest(
            told.encode(), said.get("msgDigest", "").encode()
        )


VERBS = {
    "EXP_RECE_CREATE_ORDER": SfCounterpart._create,
    "EXP_RECE_SEARCH_ORDER_RESP": SfCounterpart._searched,
    "EXP_RECE_UPDATE_ORDER": SfCounterpart._update,
    "EXP_RECE_SEARCH_ROUTES": SfCounterpart._routes,
}


def _digest(text: str, at: str, key: str) -> str:
    said = quote_plus(text + at + key, safe="*").replace("~", "%7E")
    return base64.b64encode(hashlib.md5(said.encode(), usedforsecurity=False).digest()).decode()
