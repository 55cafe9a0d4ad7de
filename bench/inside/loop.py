"""Keep one processor busy with nothing, stepped back as the worker does."""

import os

from django.conf import settings

from tongban.infrastructure.jobs.management.commands.work import lower_priority

os.setsid()
lower_priority(settings.JOBS_NICE)
print("stepped back", flush=True)
while True:
    pass
