from tongban.infrastructure.journal import services as journal
from tongban.platform.requests import services as requests
from tongban.platform.requests.events import RequestMoved, RequestReceived
from tongban.platform.requests.models import PublicRequest


@journal.on(RequestReceived)
def put_in_list(event: RequestReceived) -> None:
    requests.keep_in_list(PublicRequest.objects.with_names().get(pk=event.request_id))


@journal.on(RequestMoved)
def move_in_list(event: RequestMoved) -> None:
    requests.keep_in_list(PublicRequest.objects.with_names().get(pk=event.request_id))
