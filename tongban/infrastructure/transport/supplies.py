from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.telemetry import services as telemetry
from tongban.infrastructure.transport import services as transport

telemetry.connection("mail", _("Mail"), in_use=transport.in_use, check=transport.check)
telemetry.connection("texts", _("Text messages"), in_use=transport.texts_in_use, check=transport.check_texts)
