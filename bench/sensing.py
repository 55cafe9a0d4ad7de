"""Readings on PostgreSQL: by SensorThings over HTTP one by one and as arrays, by MQTT; latest values; alerts in time.

All are durable when they are answered. The loads run on the same two cores as the house.
"""

import asyncio
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence

import aiomqtt

from bench.figures import Report, say
from bench.house import ROOT, House, house
from bench.load import Browser, wrk_posts

STREAMS, IN_BOX = 1000, 100_000
CLIENTS, SECONDS, RUNS = 16, 6, 3
ROWS = 500  # of an array
DEVICES, IN_FLIGHT = 8, 100  # that speak MQTT, and what each sends before it waits
ALARMING = 50  # streams that are told what lies beyond the rules, with readings coming in beside
SETTLED = 8  # seconds after which every rule has had its time


def run(report: Report) -> None:
    with house("postgresql") as made:
        there = made.inside("streams", STREAMS)
        key, streams = there["key"], there["streams"]
        ones = [json.dumps({"result": 1.5 + at, "Datastream": {"@iot.id": pk}}) for at, pk in enumerate(streams[:50])]
        arrays = [_array(streams[at : at + 50]) for at in range(0, 200, 50)]
        for name, path, bodies, rows, goal in (
            ("one", "/sta/v1.1/Observations", ones, 1, ">= 3000"),
            ("array", "/sta/v1.1/CreateObservations", arrays, ROWS, ">= 10000"),
        ):
            wrk_posts(made.address, path, key, bodies, clients=4, seconds=2)
            loads = [
                wrk_posts(made.address, path, key, bodies, clients=CLIENTS, seconds=SECONDS) for _run in range(RUNS)
            ]
            report.add(f"sensing.{name}", [load.rate * rows for load in loads], "readings/s", goal)
            report.add(f"sensing.{name}.p95", [load.p95 for load in loads], "ms")
            report.add(f"sensing.{name}.errors", sum(load.errors for load in loads), "errors", "= 0")
        report.add("sensing.mqtt", _by_mqtt(made, key, streams), "readings/s", ">= 10000")
        _raise(made, key, streams[-ALARMING:], there["alarming"], ones)
        for rule, told in made.inside("streams", "alerts").items():
            report.add(f"sensing.{rule}.alerts", told["alerts"], "alerts", f"= {ALARMING}")
            report.add(f"sensing.{rule}.late", told["late"], "s", "<= 2")
        say(f"{IN_BOX} streams with a latest value")
        box = made.inside("streams", "box", IN_BOX)
        say(f"    {box['found']} of {box['streams']} lie in the box")
        report.add("sensing.latest_in_box", [one * 1000 for one in box["seconds"]], "ms", "< 200")


def _array(streams: Sequence[int]) -> str:
    each = ROWS // len(streams)
    rows = [[f"2026-06-01T00:{at // 60:02}:{at % 60:02}Z", 1.5] for at in range(each)]
    return json.dumps(
        [
            {"Datastream": {"@iot.id": pk}, "components": ["phenomenonTime", "result"], "dataArray": rows}
            for pk in streams
        ]
    )


def _by_mqtt(made: House, key: str, streams: Sequence[int]) -> list[float]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    broker = subprocess.Popen(
        [sys.executable, "manage.py", "mqtt", "--port", str(port)],
        cwd=ROOT, env=made.environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        assert broker.stdout is not None
        broker.stdout.readline()
        return [asyncio.run(_publish(port, key, streams)) for _run in range(RUNS)]
    finally:
        broker.terminate()
        broker.wait(30)


async def _publish(port: int, key: str, streams: Sequence[int]) -> float:
    begun = time.perf_counter()
    sent = await asyncio.gather(*(_device(port, key, streams[at::DEVICES], begun + SECONDS) for at in range(DEVICES)))
    return sum(sent) / (time.perf_counter() - begun)


async def _device(port: int, key: str, streams: Sequence[int], until: float) -> int:
    """Publish with QoS 1 until then; return how many were acknowledged, which is when they are durable."""
    sent = 0
    async with aiomqtt.Client("127.0.0.1", port, username="bench", password=key, timeout=60) as client:
        client.pending_calls_threshold = IN_FLIGHT  # it warns of more
        while time.perf_counter() < until:
            some = (streams[(sent + at) % len(streams)] for at in range(IN_FLIGHT))
            await asyncio.gather(
                *(client.publish(f"v1.1/Datastreams({pk})/Observations", '{"result": 1.5}', qos=1) for pk in some)
            )
            sent += IN_FLIGHT
    return sent


def _raise(made: House, key: str, streams: Sequence[int], value: float, ones: Sequence[str]) -> None:
    """Tell streams what lies beyond the rules while other readings come in."""
    browser = Browser(made.address, headers={"Authorization": f"Bearer {key}"})
    beside = threading.Thread(
        target=wrk_posts,
        args=(made.address, "/sta/v1.1/Observations", key, ones),
        kwargs={"clients": 4, "seconds": SETTLED},
    )
    beside.start()
    for pk in streams:
        answer = browser.send("/sta/v1.1/Observations", {"result": value, "Datastream": {"@iot.id": pk}}, {})
        if answer.status != 201:
            raise SystemExit(f"a reading was refused: {answer.status} {answer.body[:300]!r}")
    browser.close()
    beside.join()
    time.sleep(2)
