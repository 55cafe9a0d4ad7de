"""The web server's way in."""

import os
import sys

from django.core.wsgi import get_wsgi_application

from tongban.infrastructure.kernel.memory import keep_what_is_loaded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.settings")
application = get_wsgi_application()

# The threads of a busy web worker take turns. Where many ask at once, at the usual five milliseconds one of them was
# left waiting for up to a second, again and again.
sys.setswitchinterval(0.001)
keep_what_is_loaded()
