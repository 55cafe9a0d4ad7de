import json
import logging
import os
import subprocess
import sys
from collections import namedtuple
from datetime import timedelta

import pytest
from django.http import Http404, HttpResponse
from django.test import RequestFactory

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.registry import Registry
from tongban.infrastructure.telemetry import health, logs, metrics, services, urls
from tongban.infrastructure.telemetry.middleware import Telemetry

Match = namedtuple("Match", "view_name")


def asked(path="/", view="hall:cases:mine", status=200, **meta):
    """Send a request through the middleware alone; return it and its answer."""
    request = RequestFactory().get(path, **meta)

    def answer(request):
        request.resolver_match = Match(view) if view else None
        return HttpResponse(status=status)

    return request, Telemetry(answer)(request)


def test_a_request_gets_an_id_that_its_answer_carries():
    request, response = asked()

    assert response.headers["X-Request-ID"] == request.id
    assert len(request.id) == 16


def test_a_callers_request_id_is_taken_over():
    _, response = asked(HTTP_X_REQUEST_ID="from-the-balancer-1")

    assert response.headers["X-Request-ID"] == "from-the-balancer-1"


def test_a_callers_request_id_that_could_forge_a_log_line_is_replaced():
    _, response = asked(HTTP_X_REQUEST_ID="x\n{}")

    assert "\n" not in response.headers["X-Request-ID"]


@pytest.mark.requirement("QUA-27")
def test_requests_are_counted_by_portal_room_view_and_status():
    asked(view="hall:codes:counted", status=404)
    asked(view="hall:codes:counted", status=404)

    text = metrics.text().decode()

    assert 'tongban_requests_total{portal="hall",room="codes",status="404",view="hall:codes:counted"} 2.0' in text
    assert 'tongban_request_seconds_count{portal="hall",room="codes",view="hall:codes:counted"} 2.0' in text


LOGGED = """
import django; django.setup()
import logging, structlog
from django.http import HttpResponse
from django.test import RequestFactory
from tongban.infrastructure.telemetry.middleware import Telemetry
Telemetry(lambda request: HttpResponse())(RequestFactory().post("/?id=99010219900307002X", {"name": "林晓云"}))
structlog.get_logger("tongban.test").info("收到", number="云0001")
request = RequestFactory().get("/licences/v/SECRETTOKEN/")
logging.getLogger("django.request").error("Internal Server Error: %s", request.path, extra={"request": request})
"""


def test_a_log_line_is_json_in_readable_chinese_and_names_neither_query_nor_body_nor_path():
    environment = os.environ | {"TELEMETRY_LOG": "json"}
    run = subprocess.run([sys.executable, "-c", LOGGED], capture_output=True, text=True, env=environment, check=True)

    lines = [json.loads(line) for line in run.stderr.splitlines()]

    answered, own, failed = lines
    assert answered["event"] == "request answered"
    assert answered["network"] == "127.0.0.0/24"
    assert answered["request"]
    assert own["number"] == "云0001"
    assert "收到" in run.stderr
    assert failed["event"] == "a request failed unexpectedly"
    assert not any(secret in run.stderr for secret in ("99010219900307002X", "林晓云", "SECRETTOKEN"))


FORGED = """
import django; django.setup()
import logging, structlog, warnings
name = "CN=x\\n2026-11-28T00:00:00 [error    ] journal was tampered FAKE \\x1b[31m \\x9b1m \\u2028"
logging.getLogger("pyhanko.sign").warning("certificate of %s", name)
structlog.get_logger("tongban.a").warning("refused", name=name, names=[name])
warnings.warn(name)
try:
    raise ValueError(name)
except ValueError:
    logging.getLogger("pyhanko.sign").exception("cannot read")
"""


@pytest.mark.found("S-M11")
@pytest.mark.parametrize("form", ["console", "json"])
def test_no_foreign_text_makes_a_line_of_its_own(form):
    environment = os.environ | {"TELEMETRY_LOG": form, "PYTHONWARNINGS": "always"}
    run = subprocess.run([sys.executable, "-c", FORGED], capture_output=True, text=True, env=environment, check=True)

    lines = run.stderr.splitlines()

    assert not [line for line in lines if line.startswith("2026-11-28T00:00:00")]
    assert not set(run.stderr) & set("\x1b\x9b\u2028")
    assert sum("FAKE" in line for line in lines) >= 4
    if form == "json":
        assert all(json.loads(line) for line in lines)


SHARED = """
import django; django.setup()
import os, sys
from tongban.infrastructure.telemetry import metrics
if os.fork() == 0:
    metrics.observe("hall:codes:shared", 200, 0.01); os._exit(0)
os.wait()
metrics.observe("hall:codes:shared", 200, 0.01)
print(metrics.text().decode())
"""


def test_several_web_workers_answer_their_figures_together(tmp_path):
    environment = os.environ | {"TELEMETRY_WEB_WORKERS": "2", "TONGBAN_VAR": str(tmp_path)}
    run = subprocess.run([sys.executable, "-c", SHARED], capture_output=True, text=True, env=environment, check=True)

    assert 'status="200",view="hall:codes:shared"} 2.0' in run.stdout


def test_figures_are_given_on_this_machine():
    response = urls.figures(RequestFactory().get("/metrics"))

    assert response.status_code == 200
    assert b"tongban_requests" in response.content


@pytest.mark.parametrize(
    "meta",
    [{"REMOTE_ADDR": "10.0.0.9"}, {"HTTP_X_FORWARDED_FOR": "203.0.113.9"}, {"HTTP_FORWARDED": "for=203.0.113.9"}],
)
def test_figures_are_hidden_from_elsewhere(meta):
    with pytest.raises(Http404):
        urls.figures(RequestFactory().get("/metrics", **meta))


def test_figures_are_given_to_the_token(settings):
    settings.TELEMETRY_TOKEN = "a-long-token"

    request = RequestFactory().get("/metrics", REMOTE_ADDR="10.0.0.9", HTTP_AUTHORIZATION="Bearer a-long-token")

    assert urls.figures(request).status_code == 200


def test_a_wrong_token_opens_nothing(settings):
    settings.TELEMETRY_TOKEN = "a-long-token"

    with pytest.raises(Http404):
        urls.figures(RequestFactory().get("/metrics", REMOTE_ADDR="10.0.0.9", HTTP_AUTHORIZATION="Bearer another"))


def test_a_figure_that_cannot_be_had_does_not_hide_the_others(monkeypatch):
    monkeypatch.setattr(metrics, "_gauges", Registry("figure"))
    services.gauge("tongban_broken", "")(lambda: 1 / 0)
    services.gauge("tongban_fine", "fine")(lambda: 3)

    text = metrics.text().decode()

    assert "tongban_fine 3.0" in text
    assert "tongban_broken" not in text


def test_two_figures_of_one_name_are_refused(monkeypatch):
    monkeypatch.setattr(metrics, "_gauges", Registry("figure"))
    services.gauge("tongban_twice", "")(lambda: 1)

    with pytest.raises(ValueError, match="tongban_twice"):
        services.gauge("tongban_twice", "")(lambda: 1)


def test_the_process_says_that_it_is_alive():
    assert urls.alive(RequestFactory().get("/healthz")).content == b"ok"


def test_a_missing_need_takes_the_node_out_of_service(monkeypatch):
    monkeypatch.setattr(services, "_checks", Registry("check"))
    services.check("disk", critical=True)(_fails)

    response = urls.ready(RequestFactory().get("/readyz"))

    assert response.status_code == 503
    assert json.loads(response.content)["checks"][0]["detail"] == "no room"


def test_a_lesser_fault_is_told_but_the_node_stays_in_service(monkeypatch):
    monkeypatch.setattr(services, "_checks", Registry("check"))
    services.check("worker")(_fails)

    response = urls.ready(RequestFactory().get("/readyz"))

    assert response.status_code == 200
    assert json.loads(response.content)["status"] == "degraded"


def test_a_check_that_breaks_is_a_finding(monkeypatch):
    monkeypatch.setattr(services, "_checks", Registry("check"))
    services.check("broken", critical=True)(lambda: str(1 / 0))

    (result,) = services.run_checks()

    assert not result.ok
    assert "ZeroDivisionError" in result.detail


def test_strangers_do_not_see_what_is_wrong(monkeypatch):
    monkeypatch.setattr(services, "_checks", Registry("check"))
    services.check("disk", critical=True)(_fails)

    response = urls.ready(RequestFactory().get("/readyz", REMOTE_ADDR="10.0.0.9"))

    assert json.loads(response.content) == {"status": "unusable"}


@pytest.mark.django_db
def test_every_installation_is_checked_for_database_migrations_disk_and_clock():
    results = {result.name: result for result in services.run_checks()}

    assert all(results[name].ok for name in ("database", "migrations", "disk", "clock"))


@pytest.mark.django_db
def test_a_silent_worker_is_reported(settings):
    services.record_heartbeat("worker")

    assert health.worker() == "alive"
    with (
        clock.at(clock.now() + timedelta(seconds=settings.TELEMETRY_SILENT_SECONDS + 1)),
        pytest.raises(services.CheckFailed, match="no worker was heard of"),
    ):
        health.worker()


@pytest.mark.django_db
def test_too_little_disk_space_is_reported(settings):
    settings.TELEMETRY_FREE_MIB = 10**9

    with pytest.raises(services.CheckFailed, match="make room"):
        health.disk()


def test_libraries_below_warning_stay_quiet():
    assert not logging.getLogger("asyncio").isEnabledFor(logging.INFO)
    assert not logging.getLogger("django.request").isEnabledFor(logging.WARNING)


def _fails():
    raise services.CheckFailed("no room")


def test_a_line_that_cannot_be_written_stops_nobody(monkeypatch):
    full = open("/dev/full", "w")  # noqa: SIM115 (closing it fails as well)
    monkeypatch.setattr(sys, "stderr", full)

    logs.StderrLogger().error("nobody will read this")

    with pytest.raises(OSError, match="No space left"):
        full.close()
