"""One settings file. Every value that differs between installations comes from the environment (docs/operations.md)."""

from datetime import timedelta
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from kombu import Queue
from psycopg.conninfo import conninfo_to_dict

from config import embedded
from config.env import data_dir, env, env_bool, env_int, env_list

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = data_dir()
EMBEDDED = embedded.wanted()

# -- Core ---------------------------------------------------------------------------------------------------------
DEBUG = env_bool("HEMU_DEBUG", False)
# Embedded installations keep a random key beside their data; a production server must be given one.
SECRET_KEY = embedded.secret("secret-key") if EMBEDDED else env("HEMU_SECRET_KEY")
ALLOWED_HOSTS = env_list("HEMU_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = env_list("HEMU_TRUSTED_ORIGINS")
CSRF_FAILURE_VIEW = "config.views.csrf_failure"
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "grid.User"

INSTALLED_APPS = [
    "grid",
    "cases",
    "mediation",
    "mediation.reviews",
    "seeds",
    "config.apps.ShellConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "django_htmx",
    "rest_framework",
    "knox",
    "drf_spectacular",
    "django_filters",
    "axes",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "grid.middleware.ReadableMiddleware",
    # Every page needs a signed-in user unless its view says otherwise.
    "grid.middleware.SignInMiddleware",
    # One transaction per request, with the reader's place set in it for row-level security.
    "grid.middleware.ScopeMiddleware",
    "cases.middleware.RefusalMiddleware",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.shell.shell",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# -- PostgreSQL, the only database --------------------------------------------------------------------------------
# "app" serves requests and tasks and can neither bypass nor change row-level security; "owner" only migrates;
# "backup" only reads. manage.py chooses (RELIABILITY rule 5).
DB_ROLE = env("HEMU_DB_ROLE", "app")
_database_url = (
    embedded.database_url(DB_ROLE) if EMBEDDED else env("DATABASE_OWNER_URL" if DB_ROLE == "owner" else "DATABASE_URL")
)
_conninfo = conninfo_to_dict(_database_url)
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _conninfo.pop("dbname", ""),
        "USER": _conninfo.pop("user", ""),
        "PASSWORD": _conninfo.pop("password", ""),
        "HOST": _conninfo.pop("host", ""),
        "PORT": str(_conninfo.pop("port", "")),
        "CONN_MAX_AGE": env_int("HEMU_CONN_MAX_AGE", 600),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            **_conninfo,
            "application_name": f"hemu-{DB_ROLE}",
            # Only reviews use cursors that prepare (figures/looking.py); None prepares nothing.
            "prepare_threshold": env_int("HEMU_PREPARE_AFTER", 2) or None,
        },
    }
}

# -- Redis: broker and cache; losing all of it loses nothing -----------------------------------------------------
_redis_url = embedded.redis_url() if EMBEDDED else env("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": embedded.cache_url(_redis_url),
        "KEY_PREFIX": "hemu",
        "TIMEOUT": 300,
    }
}
CELERY_BROKER_URL = embedded.broker_url(_redis_url)
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200
CELERY_TASK_SOFT_TIME_LIMIT = 25 * 60
CELERY_TASK_TIME_LIMIT = 30 * 60
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # More than twice the hard limit; the work itself is safe twice and re-found from the database in any case.
    "visibility_timeout": 2 * 60 * 60,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_timeout": 30,
    "socket_keepalive": True,
    "health_check_interval": 10,
}
CELERY_TASK_DEFAULT_QUEUE = "hemu"
CELERY_TASK_QUEUES = (Queue("hemu"),)
CELERY_TIMEZONE = "UTC"
CELERY_ENABLE_UTC = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# A stopping worker hands its unfinished task back within the supervisor's patience.
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 8.0

# -- Language and time: stored in UTC, meant in Asia/Shanghai ------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGES = [("zh-hans", _("简体中文")), ("en", _("英文"))]
LOCALE_PATHS = [BASE_DIR / "config" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# -- Files --------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "config" / "static"]
STATIC_ROOT = DATA_DIR / "static"
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
ATTACHMENT_MAX_BYTES = 20 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# -- Papers ---------------------------------------------------------------------------------------------------------
# A folder with licensed fonts (仿宋_GB2312, 小标宋, ...); free ones stand in for what is not there.
FONTS_DIR = env("HEMU_FONTS", "")
# Outlines of the counties for working diagrams: GeoJSON with a 12-digit code, a name and a centre for each.
COUNTY_OUTLINES = env("HEMU_COUNTY_OUTLINES", str(BASE_DIR / "seeds" / "data" / "counties.geojson"))

# -- Login and sessions ---------------------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "grid.login.StaffBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "grid:login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "grid:login"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
# The embedded default is plain HTTP on loopback; a server behind TLS switches this on (docs/operations.md).
HTTPS = env_bool("HEMU_HTTPS", not EMBEDDED)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env_bool("HEMU_BEHIND_PROXY", False) else None
# Load balancers ask over plain HTTP.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# Five failures lock the account for half an hour (DOMAIN.md PV-16); the lock is on the name, not the address.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.5
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "config.problems.locked_out"
AXES_IPWARE_PROXY_COUNT = env_int("HEMU_PROXY_COUNT", 0)
AXES_VERBOSE = False

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# -- E-mail: issued papers for addresses outside the house; what cannot be sent waits in the outbox ----------------
EMAIL_HOST = env("HEMU_EMAIL_HOST", "localhost")
EMAIL_PORT = env_int("HEMU_EMAIL_PORT", 25)
EMAIL_HOST_USER = env("HEMU_EMAIL_USER", "")
EMAIL_HOST_PASSWORD = env("HEMU_EMAIL_PASSWORD", "")
EMAIL_USE_TLS = env_bool("HEMU_EMAIL_TLS", False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env("HEMU_EMAIL_FROM", "hemu@localhost")

# -- API ----------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "grid.login.CachedTokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    # No browsable API and no OPTIONS metadata: both offer choices that pass no scope (drf#1646).
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "config.schema.HouseSchema",
    "DEFAULT_PAGINATION_CLASS": "config.paging.KeysetPagination",
    # Addresses are counted by the proxies we run, never by a header of the client's (RELIABILITY L1).
    "NUM_PROXIES": env_int("HEMU_PROXY_COUNT", 0),
    "EXCEPTION_HANDLER": "config.problems.problem_json",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
KNOX_TOKEN_MODEL = "knox.AuthToken"
REST_KNOX = {
    # A phone signs in once a shift (RELIABILITY S2).
    "TOKEN_TTL": timedelta(hours=12),
    "AUTO_REFRESH": False,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Hemu API",
    "DESCRIPTION": "Incidents, dispute cases, mediation and periodic reviews of governance centres.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    # Closed to strangers (RELIABILITY H2); the file itself lies in docs/.
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SCHEMA_COERCE_PATH_PK": False,
    # Fixed lists stand where they are used: names made up for them would change with every list added.
    "POSTPROCESSING_HOOKS": [],
    "OAS_VERSION": "3.1.0",
}

# -- Field encryption ---------------------------------------------------------------------------------------------
# Key-encrypting keys, newest first: "id:base64,id:base64"; never derived from SECRET_KEY (RELIABILITY rule 21).
FIELD_KEYS = embedded.secret("field-keys") if EMBEDDED else env("HEMU_FIELD_KEYS")
INDEX_KEY = embedded.secret("index-key") if EMBEDDED else env("HEMU_INDEX_KEY")

# -- Log: what happened and its ids, never bodies or names -----------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env("HEMU_LOG_LEVEL", "WARNING")},
    "loggers": {"hemu": {"level": env("HEMU_LOG_LEVEL", "INFO")}},
}
SILENCED_SYSTEM_CHECKS = [
    # The lock is on the account alone: by address it would be rotated around, or shut out a whole centre behind one.
    "axes.W006",
]
