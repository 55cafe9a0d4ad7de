"""What machines that watch the house ask: is the process alive, may it get requests, how is it doing."""

from collections.abc import Callable
from hmac import compare_digest

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import path

from tongban.infrastructure.telemetry import health, metrics, rules, services

View = Callable[[HttpRequest], HttpResponse]


def public(view: View) -> View:
    view.audience = "public"  # type: ignore[attr-defined]
    return view


@public
def alive(request: HttpRequest) -> HttpResponse:
    """Say that this process answers."""
    return _plain("ok")


@public
def ready(request: HttpRequest) -> HttpResponse:
    """Say whether requests may be sent here; the details are for the operator only."""
    results = services.run_checks()
    usable = all(result.ok for result in results if result.critical)
    status = "ok" if all(result.ok for result in results) else "degraded" if usable else "unusable"
    answer: dict[str, object] = {"status": status}
    if _for_operator(request):
        answer["checks"] = [result._asdict() for result in results]
    response = JsonResponse(answer, status=200 if usable else 503, json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = "no-store"
    return response


@public
def figures(request: HttpRequest) -> HttpResponse:
    """Give Prometheus its figures: on this machine, or with the token."""
    if not _for_operator(request):
        raise Http404
    return HttpResponse(metrics.text(), content_type=metrics.CONTENT_TYPE)


def _plain(text: str) -> HttpResponse:
    return HttpResponse(text, content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"})


def _for_operator(request: HttpRequest) -> bool:
    sent = request.META.get("HTTP_AUTHORIZATION", "").removeprefix("Bearer ")
    if settings.TELEMETRY_TOKEN and compare_digest(sent.encode(), settings.TELEMETRY_TOKEN.encode()):
        return True
    # A reverse proxy on this machine makes everyone look local; what it forwards is not.
    forwarded = any(rules.is_proxy_header(name) for name in request.META)
    return rules.is_loopback(request.META.get("REMOTE_ADDR", "")) and not forwarded


app_name = "telemetry"
urlpatterns = [
    path("healthz", alive, name="alive"),
    path("readyz", ready, name="ready"),
    path("metrics", figures, name="metrics"),
]
assert health  # importing it registers the checks
