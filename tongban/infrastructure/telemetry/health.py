"""The checks every installation needs: database, migrations, disk, worker, clock."""

import shutil
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.telemetry.models import Heartbeat
from tongban.infrastructure.telemetry.services import CheckFailed, check

# No installation is older than the house itself; an earlier date means that the machine's clock is wrong.
BUILT = datetime(2026, 1, 1, tzinfo=UTC)
_migrated = False


@check("database", critical=True)
def database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return connection.vendor


@check("migrations", critical=True)
def migrations() -> str:
    """Compare once; a database that was up to date when this process looked stays so for its lifetime."""
    global _migrated  # noqa: PLW0603
    if not _migrated:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if missing:
            raise CheckFailed(f"{len(missing)} migrations are missing; run manage.py migrate")
        _migrated = True
    return "all applied"


@check("disk", critical=True)
def disk() -> str:
    free_mib = shutil.disk_usage(settings.VAR).free // 2**20
    if free_mib < settings.TELEMETRY_FREE_MIB:
        raise CheckFailed(f"only {free_mib} MiB are free where files are kept; make room")
    return f"{free_mib} MiB free"


@check("worker")
def worker() -> str:
    allowed = timedelta(seconds=settings.TELEMETRY_SILENT_SECONDS)
    if not Heartbeat.objects.since(clock.now() - allowed).filter(name="worker").exists():
        raise CheckFailed(f"no worker was heard of for {allowed.total_seconds():.0f} s; start manage.py work")
    return "alive"


@check("clock")
def clock_is_plausible() -> str:
    now = clock.now()
    if now < BUILT:
        raise CheckFailed(f"the machine's clock says {now:%Y-%m-%d}; set it")
    return now.isoformat(timespec="seconds")
