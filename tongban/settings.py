"""All settings; the environment decides, the defaults make a demonstration on one machine."""

import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from tongban import addresses, modules


def env(name: str, default: str = "") -> str:
    return os.environ.get(name, default)


def env_bool(name: str, default: bool = False) -> bool:
    return env(name, str(default)).strip().lower() in {"1", "true", "yes", "on"}


def env_int(name: str, default: int) -> int:
    return int(env(name, str(default)))


def env_secret(name: str, file: Path) -> str:
    """Read a secret from the environment, else from a file that only this user can read, made on first use."""
    if value := env(name):
        return value
    try:
        if not file.exists():
            file.parent.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            file.parent.mkdir(mode=0o700, exist_ok=True)
            # Whole or not at all: another process may read it, or this one be killed, at any moment.
            made = file.with_name(f"{file.name}.{os.getpid()}")
            with open(os.open(made, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as out:
                out.write(secrets.token_urlsafe(48))
            with suppress(FileExistsError):  # made by another process meanwhile: that one counts
                os.link(made, file)
            made.unlink()
        return file.read_text().strip()
    except OSError as error:
        sentence = f"Cannot use {file}: {error.strerror}. Set TONGBAN_VAR to a folder you own, or give {name}."
        raise SystemExit(sentence) from error


def close(folder: Path) -> None:
    """Keep a folder that is there already for this user alone: it holds keys, papers and the embedded database."""
    if not folder.is_dir() or not folder.stat().st_mode & 0o077:
        return
    try:
        folder.chmod(0o700)
    except OSError as error:
        sentence = f"{folder} can be read by others, and this user may not change that. Run: chmod 700 {folder}"
        raise SystemExit(sentence) from error


ROOT = Path(__file__).resolve().parent.parent
VAR = Path(env("TONGBAN_VAR", str(ROOT / "var")))
close(VAR)

DEBUG = env_bool("TONGBAN_DEBUG")
DEMO = env_bool("TONGBAN_DEMO", True)  # the interface says that it is a demonstration
DEMO_CASES = env_int("TONGBAN_DEMO_CASES", 200)  # matters that the demonstration's city has behind it
SECRET_KEY = env_secret("TONGBAN_SECRET_KEY", VAR / "keys" / "secret")
# Encrypts sensitive columns and the private keys of seals; losing it loses them. See docs/operating/keys.md.
DATA_KEY = env_secret("TONGBAN_DATA_KEY", VAR / "keys" / "data")
DATA_KEYS_OLD = env("TONGBAN_DATA_KEY_OLD").split()  # still readable, until `manage.py keys rotate` is through
ALLOWED_HOSTS = env("TONGBAN_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
PUBLIC_URL = env("TONGBAN_PUBLIC_URL", "http://127.0.0.1:8000")  # printed in QR codes
if problem := addresses.unfit(PUBLIC_URL, demo=DEMO, debug=DEBUG):
    raise SystemExit(problem)
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
SECURE = PUBLIC_URL.startswith("https://")

# In floor order: who stands later may know who stands earlier.
MODULES = [
    "tongban.infrastructure.kernel",
    "tongban.infrastructure.feel",
    "tongban.infrastructure.search",
    "tongban.infrastructure.database",
    "tongban.infrastructure.telemetry",
    "tongban.infrastructure.jobs",
    "tongban.infrastructure.journal",
    "tongban.infrastructure.storage",
    "tongban.infrastructure.crypto",
    "tongban.infrastructure.transport",
    "tongban.infrastructure.ui",
    "tongban.platform.identity",
    "tongban.platform.places",
    "tongban.platform.codes",
    "tongban.platform.ledger",
    "tongban.platform.deadlines",
    "tongban.platform.provisioning",
    "tongban.platform.parties",
    "tongban.platform.registers",
    "tongban.platform.sensing",
    "tongban.platform.documents",
    "tongban.platform.eforms",
    "tongban.platform.workflow",
    "tongban.platform.seals",
    "tongban.platform.notices",
    "tongban.platform.delivery",
    "tongban.platform.signin",
    "tongban.platform.assurance",
    "tongban.platform.personcode",
    "tongban.platform.letters",
    "tongban.platform.payments",
    "tongban.platform.requests",
    "tongban.platform.workorders",
    "tongban.platform.actuation",
    "tongban.platform.federation",
    "tongban.platform.linking",
    "tongban.platform.catalogue",
    "tongban.platform.licences",
    "tongban.platform.cases",
    "tongban.applications.permits",
    "tongban.applications.ratings",
    "tongban.applications.oversight",
    "tongban.applications.bundles",
    "tongban.applications.streets",
    "tongban.applications.environment",
    "tongban.applications.emergency",
    "tongban.applications.safecity",
    "tongban.applications.inspection",
    "tongban.portals.hall",
    "tongban.portals.desk",
    "tongban.portals.counter",
    "tongban.portals.crew",
    "tongban.portals.cockpit",
    "tongban.portals.gateway",
    "tongban.city",
]
OUTSIDE = [name for name in env("TONGBAN_WITH").split(",") if name]  # city systems that come in packages of their own
MODULES = modules.chosen(MODULES, more=OUTSIDE, without=env("TONGBAN_WITHOUT").split(","))
if problem := modules.unknown(MODULES, more=OUTSIDE, file=Path(__file__)):
    raise SystemExit(problem)

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    *MODULES,
]

MIDDLEWARE = [
    "tongban.infrastructure.telemetry.middleware.Telemetry",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "tongban.infrastructure.ui.middleware.Language",
    "tongban.infrastructure.ui.middleware.RejectUnreadable",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "tongban.platform.identity.middleware.Actors",
    "tongban.platform.parties.middleware.ActingFor",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "tongban.platform.identity.middleware.LateForms",
    "tongban.infrastructure.ui.middleware.RefusalPages",
]

ROOT_URLCONF = "tongban.urls"
WSGI_APPLICATION = "tongban.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "tongban.infrastructure.ui.context.portal",
                "tongban.platform.identity.context.session",
            ],
        },
    }
]


def database(url: str) -> dict[str, Any]:
    """Read "sqlite:////absolute/path" or "postgresql://user:password@host:port/name"."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "tongban.infrastructure.database.sqlite3",
            "NAME": parts.path[1:],
            # The last connection to be closed takes the files of the write-ahead log with it, and opening the next one
            # makes them anew: that costs time, and on a full disk not even reading would go on.
            "CONN_MAX_AGE": env_int("TONGBAN_DATABASE_KEEP_SECONDS", 600),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=20000; "
                "PRAGMA recursive_triggers=ON;",
            },
        }
    if parts.scheme != "postgresql":
        raise SystemExit("TONGBAN_DATABASE is sqlite:////absolute/path or postgresql://user:password@host:port/name.")
    return {
        "ENGINE": "tongban.infrastructure.database.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": parts.port or "",
        "CONN_MAX_AGE": env_int("TONGBAN_DATABASE_KEEP_SECONDS", 600),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            # A server that fell silent is noticed, instead of holding up whoever asks for hours.
            "connect_timeout": 5,
            "tcp_user_timeout": 30_000,
            "keepalives_idle": 30,
            "keepalives_interval": 10,
            "keepalives_count": 3,
            # Statements are planned once a connection. A pooler that shares connections between transactions must
            # know of them (pgbouncer from 1.21 does); off for any other.
            **(
                {"server_side_binding": True, "prepare_threshold": 3}
                if env_bool("TONGBAN_DATABASE_PREPARED", True)
                else {}
            ),
        },
    }


DATABASES = {"default": database(env("TONGBAN_DATABASE", f"sqlite:///{VAR / 'tongban.sqlite3'}"))}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
TIME_ZONE = env("TONGBAN_TIME_ZONE", "Asia/Shanghai")
USE_TZ = True
USE_I18N = True

AUTH_USER_MODEL = "identity.Account"
# Argon2id at the cost that OWASP recommends (19 MiB, 2 passes, 1 lane); see docs/decisions.
PASSWORD_HASHERS = ["tongban.platform.identity.hashers.Argon2"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["login", "name"]},
    },
    {"NAME": "tongban.platform.identity.passwords.Guessable"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
SESSION_ENGINE = "tongban.platform.identity.sessions"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True  # the server ends sessions itself; see identity's settings
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "tongban.infrastructure.ui.error_pages.csrf_failed"
# The proxy in front speaks TLS for us and says so; see docs/operating/production.md.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_HSTS_SECONDS = 31536000 if SECURE else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
