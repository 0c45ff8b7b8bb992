"""Settings from the environment (README has the table); without any, everything lives under `var/` in the project."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from dashboard_project import logs
from dashboard_project.databases import DatabaseSettings, UnknownDatabase, database
from dashboard_project.embedded import choice
from dashboard_project.environment import environment
from dashboard_project.mailing import UnknownMailServer, mailer

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("LECTERN_VAR", BASE_DIR / "var"))
STATIC_ROOT = VAR / "static"
try:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)
except OSError as error:
    raise ImproperlyConfigured(f"the folder for everything we write cannot be made: {error}") from error

TESTING = "pytest" in sys.modules

DEBUG = environment.is_on("DEBUG", default=True)
SECRET_KEY = environment.secret_key(debug=DEBUG)
ALLOWED_HOSTS = environment.names("ALLOWED_HOSTS", default="127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = environment.names("CSRF_TRUSTED_ORIGINS")
PORT = environment.port("PORT", default=8000)
PUBLIC_URL = (environment.text("PUBLIC_URL") or f"http://127.0.0.1:{PORT}").rstrip("/")
"""Where people reach the pages: what links in mail begin with."""
METRICS_TOKEN = environment.text("METRICS_TOKEN")
PROJECTION_VERSIONS = environment.versions("PROJECTION_VERSIONS")
"""Which version of a projection is in force where it is not the current one: `progress=1`."""

INSTALLED_APPS = [
    "dashboard_project.daphne_apps.LecternDaphneConfig",
    "dashboard_project.admin_apps.LecternAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "django_htmx",
    "axes",
    "courses",
    "oracles",
    "ingest",
    "experiences.outbox",
    "experiences.hygiene_tray",
    "experiences.decision_console",
    "experiences.digest",
    "experiences.test_drive",
    "dashboard_project",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "dashboard_project.sessions.ProlongingSessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "dashboard_project.busy.BusyDatabaseMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "dashboard_project.urls"
ASGI_APPLICATION = "dashboard_project.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]


def _database(variable: str) -> DatabaseSettings:
    try:
        return database(environment.text(variable), VAR / "lectern.sqlite3")
    except UnknownDatabase as error:
        raise ImproperlyConfigured(f"{variable}: {error}") from error


DATABASES = {"default": _database("DATABASE_URL")}
ORACLE_DATABASE = "default"
if environment.text("ORACLE_DATABASE_URL"):
    ORACLE_DATABASE = "oracle"
    DATABASES["oracle"] = _database("ORACLE_DATABASE_URL")
    DATABASES["oracle"]["TEST"] = {"MIRROR": "default"}

# Tests say themselves when they want a Redis.
REDIS = choice.chosen(environment.text("REDIS_URL") or (choice.NO_REDIS if TESTING else ""), VAR)
REDIS_URL = REDIS.url

# Where events wait to be written: in the web process that took them, or in Redis, for `run_writers`.
INGEST_QUEUE = environment.choice("INGEST_QUEUE", ("memory", "streams"))
if INGEST_QUEUE == "streams" and not REDIS_URL:
    raise ImproperlyConfigured(f"INGEST_QUEUE=streams needs a Redis ({REDIS.reason}): set REDIS_URL")

if REDIS_URL:
    CACHES = {
        "default": {
            "BACKEND": "django_redis.cache.RedisCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": "lectern",
            "OPTIONS": {"SOCKET_CONNECT_TIMEOUT": 1, "SOCKET_TIMEOUT": 1, "IGNORE_EXCEPTIONS": True},
        }
    }
    # Hints only. The other layer of channels-redis closes idle sockets with current redis-py.
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [REDIS_URL], "prefix": "lectern"},
        }
    }
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}

# How long what is kept, in days; None: for ever (`dashboard_project/retention.py`, `manage.py purge`).
EVENTS_KEPT_DAYS = environment.days("EVENTS_KEPT_DAYS", None)
"""After the end of their section. 400 is a usual choice; numbers of such a section are gone with its events."""
FACTS_KEPT_DAYS = environment.days("FACTS_KEPT_DAYS", 90)
"""0: nothing of an earlier day is kept."""
LETTERS_KEPT_DAYS = environment.days("LETTERS_KEPT_DAYS", 90)
AUDIT_KEPT_DAYS = environment.days("AUDIT_KEPT_DAYS", 730)
"""The database refuses to delete younger entries."""
SIGN_INS_KEPT_DAYS = environment.days("SIGN_INS_KEPT_DAYS", 30)

# How mail leaves, and as whose.
try:
    MAILERS = {"default": mailer(environment.text("EMAIL_URL"))}
except UnknownMailServer as error:
    raise ImproperlyConfigured(f"EMAIL_URL: {error}") from error
SILENCED_SYSTEM_CHECKS = ["mail.E001"]
"""Without EMAIL_URL mail goes to the console, in production too: some want none, and `doctor` says so."""
DEFAULT_FROM_EMAIL = environment.text("EMAIL_FROM") or "lectern@localhost"
MAIL_ORIGINS = environment.names("MAIL_ORIGINS")
"""Sites that messages to learners may link to: `https://lms.example.edu`."""
DELIVER_BEHIND_PAGES = environment.is_on("DELIVER_BEHIND_PAGES", default=not TESTING)
"""Whether web processes send what was decided in them, beside `run_schedule`."""

AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "login"

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
"""Hours; the page says it in words."""
AXES_LOCKOUT_TEMPLATE = "registration/locked.html"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ACCESS_FAILURE_LOG = False

LANGUAGES = [("en", "English"), ("es", "Español")]
# Of mail, and of a page whose reader asks for no language that is here.
LANGUAGE_CODE = environment.choice("DEFAULT_LANGUAGE", [code for code, _ in LANGUAGES])
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

SECURE_CSP = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "base-uri": ["'none'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
}
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 30 * 60
"""Seconds after the last thing that a person did."""
SESSION_LONGEST = 8 * 3600
"""Seconds after signing in, whatever they do (`dashboard_project/sessions.py`)."""
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"

if not DEBUG:
    # A proxy in front tells the scheme in X-Forwarded-Proto; uvicorn believes only those in FORWARDED_ALLOW_IPS.
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz/", r"^metrics$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_SECURE = True
    CSRF_COOKIE_NAME = "__Host-csrftoken"

LOGGING = logs.LOGGING
logs.configure()
