"""The web server's way in."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.settings")
application = get_wsgi_application()

# What was loaded until here stays to the end: looking through it for garbage again and again finds nothing.
gc.collect()
gc.freeze()
gc.set_threshold(10_000, 20, 50)
