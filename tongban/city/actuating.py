"""The demonstration's devices: strangers to the house, in a process of its own, that switch nothing real.

They speak SensorThings Part 2 – Tasking Core (OGC 17-079r1), show on a page in which state they are and what they were
told, and can be told to fail: silent, refusing, or stuck. Each goes back to its fail-safe state by itself when its time
is over. `python -m tongban.city.actuating FOLDER SOCKET ADDRESS`: tasks and the account lie in the folder.
"""

import hmac
import json
import re
import secrets
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from tongban.city.counterpart.account import account, known
from tongban.city.counterpart.door import CounterpartReply, Door
from tongban.city.counterpart.failing import Faults, Store
from tongban.city.counterpart.looks import switches
from tongban.city.counterpart.serving import own_folder, serve

NAME, COLOUR = "受控设备演示对端（本机模拟，不控制任何真实设备）", "#7a4a12"
ROOT = "/v1.1"
SCHEMA = """
CREATE TABLE IF NOT EXISTS tasks (
    id INTEGER PRIMARY KEY, device INTEGER, order_key TEXT, command TEXT, said TEXT, at TEXT, done INTEGER,
    UNIQUE (order_key, command));
CREATE TABLE IF NOT EXISTS states (device INTEGER PRIMARY KEY, state TEXT, order_key TEXT, until TEXT);
"""
FAULTS = {"time_out": "执行后不应答", "refused": "设备拒绝执行", "stuck": "收到指令但不动作"}


@dataclass(frozen=True)
class DeviceFaults(Faults):
    refused: float = 0.0
    stuck: float = 0.0


class SimulatedActuator(NamedTuple):
    """safe: its fail-safe state; commands: what each puts into the state, {"x"} being the parameter x."""

    name: str
    safe: Mapping[str, Any]
    commands: Mapping[str, Mapping[str, Any]]


DEVICES = {
    1: SimulatedActuator(
        "云泽大厦总配电柜", {"supply": "on", "circuit": ""}, {"cut": {"supply": "off", "circuit": "{circuit}"}}
    ),
    2: SimulatedActuator(
        "柳岸街下穿通道排涝泵", {"pump": "auto", "speed": 0}, {"run": {"pump": "running", "speed": "{speed}"}}
    ),
    3: SimulatedActuator(
        "临湖公园路灯回路", {"light": "schedule", "level": 100}, {"dim": {"light": "override", "level": "{level}"}}
    ),
    4: SimulatedActuator(
        "云泽国际商厦总配电柜", {"supply": "on", "circuit": ""}, {"cut": {"supply": "off", "circuit": "{circuit}"}}
    ),
}


class Bench(Store):
    """In which state the devices are, and what they were told."""

    kind = DeviceFaults

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "devices", SCHEMA)

    def state(self, device: int) -> tuple[dict[str, Any], str]:
        """Return the state of a device and the order that it follows; one whose time is over goes back first."""
        with self._lock:
            row = self._rows.execute("SELECT state, order_key, until FROM states WHERE device=?", (device,)).fetchone()
            if row is None or (row[2] and datetime.fromisoformat(row[2]) <= datetime.now(UTC)):
                self.put(device, DEVICES[device].safe, "", None)
                return dict(DEVICES[device].safe), ""
            return json.loads(row[0]), row[1]

    def put(self, device: int, state: Mapping[str, Any], order: str, until: str | None) -> None:
        with self._lock:
            self._rows.execute(
                "INSERT OR REPLACE INTO states VALUES (?,?,?,?)", (device, json.dumps(dict(state)), order, until)
            )

    def add(self, device: int, order: str, command: str, said: Mapping[str, Any], *, done: bool) -> bool:
        """Keep a task; False where it came before."""
        with self._lock:
            return (
                self._rows.execute(
                    "INSERT OR IGNORE INTO tasks (device, order_key, command, said, at, done) VALUES (?,?,?,?,?,?)",
                    (device, order, command, json.dumps(dict(said)), datetime.now(UTC).isoformat(), int(done)),
                ).rowcount
                == 1
            )

    def tasks(self, order: str = "") -> list[dict[str, Any]]:
        where, given = ("WHERE order_key=?", (order,)) if order else ("", ())
        with self._lock:
            rows = self._rows.execute(
                f"SELECT id, device, said, at, done FROM tasks {where} ORDER BY id DESC LIMIT 50",  # noqa: S608
                given,
            ).fetchall()
        return [
            {"id": one[0], "device": one[1], "said": json.loads(one[2]), "at": one[3], "done": one[4]} for one in rows
        ]


class ActuatingDoor(Door):
    store: Bench
    done_first = True

    def shown(self, path: str, body: bytes) -> CounterpartReply | None:
        if "Authorization" in self.headers or path not in {"/", "/faults"}:
            return None
        if path == "/faults" and self.command == "POST":
            return self.faults_set(body, f"{self.base}/")
        devices = "".join(
            f'<div class="card"><h2>{escape(one.name)}</h2><p class="sum">'
            f"{escape(json.dumps(self.store.state(number)[0], ensure_ascii=False))}</p></div>"
            for number, one in DEVICES.items()
        )
        tasks = "".join(
            f"<li>{escape(DEVICES[one['device']].name)}：{escape(str(one['said'].get('command')))} "
            f'<span class="small">{one["at"][:19]}</span></li>'
            for one in self.store.tasks()
        )
        note = '<p class="note">这里模拟受控设备：显示设备状态和收到的指令，不控制任何真实设备。</p>'
        listed = f"<h2>收到的指令</h2><ul>{tasks or '<li>还没有。</li>'}</ul>"
        return self.page("受控设备", f"{note}{devices}{listed}{switches(self.store.faults, FAULTS, '/faults')}")


class ActuatingCounterpart:
    def __init__(self, folder: Path, base: str) -> None:
        self.bench = Bench(folder)
        self.base = base
        self.account = account(
            folder,
            {"url": base, "token": known(folder).get("token") or secrets.token_urlsafe(24), "simulated": True},
        )

    def answered(self, door: Door, path: str, body: bytes) -> CounterpartReply:
        given = door.headers.get("Authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {self.account['token']}".encode()):
            return _json(401, {"message": "no such account"})
        if door.command == "POST":
            return self._task(body) if path == f"{ROOT}/Tasks" else _json(404, {"message": "nothing there"})
        query = {name: values[0] for name, values in parse_qs(urlsplit(door.path).query).items()}
        return self._read(path.removeprefix(f"{ROOT}/"), query)

    def _read(self, path: str, query: Mapping[str, str]) -> CounterpartReply:
        if path == "Tasks":
            asked = re.fullmatch(r"taskingParameters/order eq '([^']*)'", query.get("$filter", ""))
            return _json(200, {"value": [self._told(one) for one in self.bench.tasks(asked[1] if asked else "")]})
        if path == "TaskingCapabilities":
            return _json(200, {"value": [self._capability(number) for number in DEVICES]})
        if (found := re.fullmatch(r"Actuators\(([0-9]+)\)", path)) and int(found[1]) in DEVICES:
            number = int(found[1])
            state, order = self.bench.state(number)
            said = {"@iot.id": number, "name": DEVICES[number].name, "properties": {"state": state, "order": order}}
            return _json(200, said)
        return _json(404, {"message": "nothing there"})

    def _task(self, body: bytes) -> CounterpartReply:
        try:
            said = json.loads(body)
            number = int(said["TaskingCapability"]["@iot.id"])
            parameters = dict(said["taskingParameters"])
            order, command = str(parameters["order"]), str(parameters["command"])
            device = DEVICES[number]
        except (ValueError, KeyError, TypeError):
            return _json(400, {"message": "this is no task"})
        if command != "release" and command not in device.commands:
            return _json(400, {"message": f"{device.name} knows no {command}"})
        if command != "release" and self.bench.happens("refused"):
            return _json(409, {"message": f"{device.name}拒绝执行"})
        self._carry_out(number, order, command, parameters)
        return _json(201, {})

    def _carry_out(self, number: int, order: str, command: str, parameters: Mapping[str, Any]) -> None:
        device, stuck = DEVICES[number], self.bench.happens("stuck")
        if not self.bench.add(number, order, command, parameters, done=not stuck) or stuck:
            return
        if command != "release":
            state = {name: _filled(value, parameters) for name, value in device.commands[command].items()}
            self.bench.put(number, state, order, parameters.get("until"))
        elif self.bench.state(number)[1] == order:
            self.bench.put(number, device.safe, "", None)

    def _capability(self, number: int) -> dict[str, Any]:
        actuator = f"{self.base}{ROOT}/Actuators({number})"
        return {"@iot.id": number, "name": DEVICES[number].name, "Actuator@iot.navigationLink": actuator}

    def _told(self, task: Mapping[str, Any]) -> dict[str, Any]:
        return {"@iot.id": task["id"], "creationTime": task["at"], "taskingParameters": task["said"]}


def _filled(value: Any, parameters: Mapping[str, Any]) -> Any:
    if isinstance(value, str) and (named := re.fullmatch(r"\{(\w+)\}", value)):
        return parameters.get(named[1])
    return value


def _json(status: int, said: Mapping[str, Any]) -> CounterpartReply:
    return CounterpartReply(status, "application/json;charset=utf-8", json.dumps(said, ensure_ascii=False).encode())


def door_of(folder: Path, base: str) -> type[ActuatingDoor]:
    made = ActuatingCounterpart(folder, base)
    here = {"store": made.bench, "base": base, "name": NAME, "colour": COLOUR}
    return type("OneActuatingDoor", (ActuatingDoor,), {**here, "answered": staticmethod(made.answered)})


if __name__ == "__main__":
    serve(door_of(own_folder(sys.argv[1]), sys.argv[3]), socket.socket(fileno=int(sys.argv[2])))
