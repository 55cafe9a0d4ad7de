"""The web server's way in."""

import os

from django.core.wsgi import get_wsgi_application

from tongban.infrastructure.kernel.memory import keep_what_is_loaded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.settings")
application = get_wsgi_application()

keep_what_is_loaded()
