"""What other systems ask at fixed places: discovery, keys, tokens (OpenID Connect, OAuth 2)."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from tongban.infrastructure.ui.forms import HeldRefusal, refusals
from tongban.infrastructure.ui.views import Request, public
from tongban.platform.federation import services as federation

NO_STORE = {"Cache-Control": "no-store"}


@public
def discovery(request: HttpRequest) -> HttpResponse:
    return JsonResponse(federation.discovery(), headers={"Cache-Control": "public, max-age=300"})


@public
def jwks(request: HttpRequest) -> HttpResponse:
    return JsonResponse(federation.jwks(), headers={"Cache-Control": "public, max-age=300"})


@csrf_exempt
@public
def push(request: Request) -> HttpResponse:
    answer: dict[str, object] = {}
    with refusals() as refused:
        answer = federation.push(sent=request.POST.dict(), address=request.actor.address)
    return _refused(refused) if refused else JsonResponse(answer, status=201, headers=NO_STORE)


@csrf_exempt
@public
def token(request: Request) -> HttpResponse:
    answer: dict[str, object] = {}
    with refusals() as refused:
        answer = federation.exchange(sent=request.POST.dict(), address=request.actor.address)
    return _refused(refused) if refused else JsonResponse(answer, headers=NO_STORE)


@csrf_exempt
@public
def userinfo(request: HttpRequest) -> HttpResponse:
    shown = request.headers.get("Authorization", "")
    found = federation.who_is(shown[7:]) if shown.lower().startswith("bearer ") else None
    if found is None:
        said = {"WWW-Authenticate": 'Bearer error="invalid_token"', **NO_STORE}
        return JsonResponse({"error": "invalid_token"}, status=401, headers=said)
    return JsonResponse(found, headers=NO_STORE)


def _refused(refused: HeldRefusal) -> HttpResponse:
    """Say no in the words of RFC 6749, 5.2."""
    refusal = refused.refusal
    if not isinstance(refusal, federation.OAuthRefusal):
        headers = {"Retry-After": str(refused.wait_seconds), **NO_STORE}
        return JsonResponse({"error": "temporarily_unavailable"}, status=429, headers=headers)
    said = {"error": refusal.error, **({"error_description": refusal.description} if refusal.description else {})}
    return JsonResponse(said, status=401 if refusal.error == "invalid_client" else 400, headers=NO_STORE)


app_name = "federation"
urlpatterns = [
    path(".well-known/openid-configuration", discovery, name="discovery"),
    path("oauth/jwks", jwks, name="jwks"),
    path("oauth/par", push, name="push"),
    path("oauth/token", token, name="token"),
    path("oauth/userinfo", userinfo, name="userinfo"),
]
