"""The web server's way in."""

import os
import sys

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from tongban.infrastructure.database.turns import Turns
from tongban.infrastructure.kernel.memory import freeze_gc
from tongban.infrastructure.ui.bodies import BodyReader

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.settings")
# So many requests of a worker are answered at a time; its other threads wait for bodies, or for a file to be looked at.
TURNS = 4
application = BodyReader(
    Turns(get_wsgi_application(), turns=TURNS),
    max_bytes=settings.UI_MAX_REQUEST_MB * 1024 * 1024,
    proxied=settings.IDENTITY_PROXIES > 0,
)

# The threads of a busy web worker take turns. Where many ask at once, at the usual five milliseconds one of them was
# left waiting for up to a second, again and again.
sys.setswitchinterval(0.001)
freeze_gc()
