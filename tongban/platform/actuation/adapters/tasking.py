"""Devices behind a SensorThings API, Part 2 – Tasking Core (OGC 17-079r1): a command is a Task of a TaskingCapability.

Feedback is `properties` of the Actuator: `state`, names and values, and `order`, the key of what it follows. Whether a
task came already is asked before it is sent, so that a server without a memory of its own carries nothing out twice.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.infrastructure.transport import calling
from tongban.infrastructure.transport.ports import Unreachable
from tongban.platform.actuation.ports import ControlOrder, DeviceReport, DriverRefused, DriverSilent

MAX_ANSWER_BYTES = 256 * 1024
RELEASE = "release"


class SensorThingsTasking:
    """address of a device: {"capability": number of the TaskingCapability, "actuator": number of the Actuator}."""

    def execute(self, order: ControlOrder) -> None:
        told = self._told(order)
        if RELEASE in told:
            raise DriverRefused("this order was released before it was carried out")
        if order.command not in told:
            until = order.until.isoformat() if order.until else None
            self._task(order, {"command": order.command, "until": until, **order.parameters})

    def release(self, order: ControlOrder) -> None:
        if RELEASE not in self._told(order):
            self._task(order, {"command": RELEASE})

    def report(self, order: ControlOrder) -> DeviceReport:
        said = self._asked("GET", f"Actuators({int(order.address['actuator'])})")
        properties = said.get("properties")
        if not isinstance(properties, dict) or not isinstance(properties.get("state"), dict):
            raise DriverSilent("the actuator does not say how it is")
        return DeviceReport(properties["state"], str(properties.get("order") or ""))

    def in_use(self) -> StrOrPromise:
        if not settings.ACTUATION_TASKING:
            return _("None: no device can be commanded. Name an account with ACTUATION_TASKING.")
        try:
            account = self._account()
        except DriverSilent:
            return _("A SensorThings Tasking server")
        if account.get("simulated"):
            return _("Simulated devices on this machine; nothing real is switched.")
        return _("A SensorThings Tasking server at %(host)s") % {"host": urlsplit(account["url"]).hostname}

    def check(self) -> list[StrOrPromise]:
        if not settings.ACTUATION_TASKING:
            return []
        try:
            self._asked("GET", "TaskingCapabilities?$top=1")
        except (DriverSilent, DriverRefused) as silent:
            return [str(silent)]
        return []

    def _told(self, order: ControlOrder) -> set[str]:
        """Return which commands of this order the server knows."""
        wanted = quote(f"taskingParameters/order eq '{order.key}'")
        tasks = self._asked("GET", f"Tasks?$top=10&$filter={wanted}").get("value") or []
        return {str(one["taskingParameters"].get("command", "")) for one in tasks}

    def _task(self, order: ControlOrder, parameters: Mapping[str, Any]) -> None:
        capability = {"@iot.id": int(order.address["capability"])}
        said = {"taskingParameters": {"order": order.key, **parameters}, "TaskingCapability": capability}
        self._asked("POST", "Tasks", json.dumps(said, ensure_ascii=False).encode())

    def _asked(self, method: str, path: str, body: bytes = b"") -> dict[str, Any]:
        account = self._account()
        headers = {"Accept": "application/json", "Content-Type": "application/json; charset=utf-8"}
        if token := account.get("token"):
            headers["Authorization"] = f"Bearer {token}"
        try:
            answer = calling.call(
                method,
                f"{account['url'].rstrip('/')}/v1.1/{path}",
                headers=headers,
                body=body,
                seconds=settings.ACTUATION_TIMEOUT_SECONDS,
                most_bytes=MAX_ANSWER_BYTES,
            )
        except Unreachable as silent:
            raise DriverSilent(str(silent)) from silent
        said = _json(answer.body)
        if 400 <= answer.status < 500 and answer.status not in {408, 429}:
            raise DriverRefused(str(said.get("message") or f"the server answers {answer.status}"))
        if answer.status >= 300:
            raise DriverSilent(f"the server answers {answer.status}")
        return said

    def _account(self) -> dict[str, Any]:
        try:
            said = json.loads(Path(settings.ACTUATION_TASKING).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise DriverSilent("the account at the tasking server cannot be read") from error
        if not isinstance(said, dict) or not said.get("url"):
            raise DriverSilent("the account at the tasking server names no address")
        return said


def _json(body: bytes) -> dict[str, Any]:
    if not body.strip():
        return {}
    try:
        said = json.loads(body)
    except ValueError as error:
        raise DriverSilent("the server answers, and no JSON") from error
    return said if isinstance(said, dict) else {}
