"""Django settings. They run on an empty environment; every variable is listed in `.env.example`."""

from datetime import timedelta
from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _

from athanor.config import database, embedded_redis, env, secret_key

ROOT = Path(__file__).resolve().parents[3]
env.load_file(env.env_path("ATHANOR_ENV_FILE", ROOT / ".env"))

# --- where state lives ------------------------------------------------------------------------------------------
VAR = env.env_folder("ATHANOR_VAR", ROOT / "var")

# --- who may reach us -------------------------------------------------------------------------------------------
DEBUG = env.env_bool("DEBUG", default=False)
# Demo people, one-click sign-in on loopback, no e-mail check. `manage.py up` is a demonstration unless told otherwise.
DEMO = env.env_bool("ATHANOR_DEMO", default=env.command() == "up")
SECRET_KEY = secret_key.read_or_make(env.env_secret("SECRET_KEY"), VAR / "secret-key")
ALLOWED_HOSTS = env.env_list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.env_list("CSRF_TRUSTED_ORIGINS")
HTTPS = env.env_bool("HTTPS", default=False)  # a reverse proxy with TLS stands in front
PORT = env.env_int("PORT", default=8000, least=1, most=65535)

# --- parts ------------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "athanor.accounts",
    "athanor.web",
    "athanor.api",
    "athanor.administration",
    "athanor.launch",
    "courses.review",
    "courses.progress",
    "courses.regrade",
    "courses.gradebook",
    "courses.similarity",
    "courses.playground",
    "courses.classroom",
    "courses.inquiries",
    "courses.readings",
    "courses.training",
    "courses.attempts",
    "courses.notices",
    "courses.people",
    "courses.catalog",
    "courses.kinds",
    "courses.grading",
    "workers.scheduling",
    "workers.backends",
    "workers.events",
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.forms",
    "athanor.administration.site_config.SiteConfig",  # django.contrib.admin with our site
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "rest_framework",
    "drf_spectacular",
    "template_partials",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "athanor.config.static_files.StaticFilesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "athanor.accounts.middleware.UserPreferencesMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
]

ROOT_URLCONF = "athanor.config.urls"
ASGI_APPLICATION = "athanor.config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # A kind's own templates come after the site's, so that a site can override a kind's page.
        "DIRS": [ROOT / "templates", *sorted((ROOT / "courses" / "kinds").glob("*/templates"))],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "athanor.web.context.site",
            ],
            # A kind may bring filters for its own templates: `{% load <slug> %}` reads its `tags.py`.
            "libraries": {
                path.parent.name: f"courses.kinds.{path.parent.name}.tags"
                for path in sorted((ROOT / "courses" / "kinds").glob("*/tags.py"))
            },
        },
    }
]

# --- data -------------------------------------------------------------------------------------------------------
DATABASE_URL = env.env_secret("DATABASE_URL") or f"sqlite:///{VAR / 'athanor.sqlite3'}"
DATABASES: dict[str, dict[str, object]] = {"default": database.parse(DATABASE_URL)}
if DATABASE_URL.startswith("sqlite"):
    DATABASES["default"]["ENGINE"] = "athanor.config.sqlite3"  # keeps connections between requests
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,  # seconds a writer waits for another
        # Taking the write lock at BEGIN makes two writers wait instead of failing half-way.
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=20000;",
    }
else:
    DATABASES["default"]["OPTIONS"] = {"pool": {"min_size": 1, "max_size": env.env_int("DATABASE_POOL", default=40)}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MEDIA_ROOT = VAR / "media"

REDIS_IS_EMBEDDED = not env.env_secret("REDIS_URL")
REDIS_URL = env.env_secret("REDIS_URL") or embedded_redis.url(VAR)
CACHES = {
    "default": {
        "BACKEND": "athanor.config.cache.ForgivingRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "cache",
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
    }
}

# --- people -----------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["athanor.accounts.backends.PasswordBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "athanor.accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none" if DEMO else "mandatory"
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key", "signup": "20/m/ip"}
MFA_ADAPTER = "athanor.accounts.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
SESSION_COOKIE_AGE = int(timedelta(days=14).total_seconds())
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"

# --- mail -------------------------------------------------------------------------------------------------------
EMAIL_HOST = env.env_str("EMAIL_HOST")
EMAIL_PORT = env.env_int("EMAIL_PORT", default=25, most=65535)
EMAIL_HOST_USER = env.env_str("EMAIL_USER")
EMAIL_HOST_PASSWORD = env.env_secret("EMAIL_PASSWORD")
EMAIL_USE_TLS = env.env_bool("EMAIL_TLS", default=False)
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend"
DEFAULT_FROM_EMAIL = env.env_str("EMAIL_FROM", "athanor@localhost")
SITE_URL = env.env_str("SITE_URL", f"http://localhost:{PORT}")  # how links in mails begin

# --- language and time ------------------------------------------------------------------------------------------
LANGUAGE_CODE = env.env_choice("SITE_LANGUAGE", ("en", "fr"))  # LANGUAGE itself belongs to gettext
LANGUAGES = [("en", _("English")), ("fr", _("French"))]
LOCALE_PATHS = [
    ROOT / "platform" / "athanor" / "locale",
    # Not called "locale": makemessages would take it for the catalogue of the folder that it lies in.
    ROOT / "platform" / "athanor" / "administration" / "unfold_texts",
]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.env_str("TIME_ZONE", "UTC")

# --- static files -----------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
BUNDLE = VAR / "bundle"  # scripts of others, built from frontend/
STATICFILES_DIRS = [ROOT / "static", *sorted((ROOT / "courses" / "kinds").glob("*/static"))]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "athanor.web.static_storage.SiteStorage"},
}

# --- security ---------------------------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "athanor.web.errors.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", "blob:"],  # blob: previews that a page got as bytes
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000  # bytes; a larger body is refused with 413

# --- Celery: carries leased jobs; the database knows their state ---------------------------------------------------
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://") if REDIS_URL.startswith("unix") else REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a broker that is away for long comes back, too
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # What a worker took is not kept in Redis until it says so: leases and sweeps bring lost work back, and a message
    # that came again hours later would only be refused.
    "ack_emulation": False,
    "socket_keepalive": True,
    "socket_connect_timeout": 2,  # a Redis that hangs must not hold up whoever hands work in
    "socket_timeout": 3,
}
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0.1}  # the sweep sends again
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "beat-schedule")
# A call that nobody took before the next one is due is dropped: a worker that was away need not catch up.
CELERY_BEAT_SCHEDULE = {
    name: {"task": task, "schedule": timedelta(seconds=seconds), "options": {"expires": max(10, seconds)}}
    for name, task, seconds in [
        ("sweep jobs", "workers.sweep", 5),
        ("collect attempts", "courses.collect_finished", 10),
        ("go on with regrades", "courses.sweep_regrades", 15),
        ("show and hide marks", "courses.carry_out_releases", 30),
        ("go on comparing work", "courses.sweep_comparisons", 60),
        ("probe servers", "workers.probe_servers", 20),
        ("forget old events", "workers.forget_old_events", 3600),
        ("forget deleted conversations", "courses.purge_playground", 60),
        ("mail notices", "athanor.mail_notices", 60),
        ("draw second readings", "courses.draw_second_readings", 300),
        ("forget old notices", "courses.forget_old_notices", 86400),
    ]
}

# --- scheduling -------------------------------------------------------------------------------------------------
LEASE_SECONDS = env.env_int("LEASE_SECONDS", default=30, least=2)  # renewed every third of it
JOB_MAX_TRIES = 3
JOBS_IN_FLIGHT_PER_STUDENT = env.env_int("JOBS_IN_FLIGHT_PER_STUDENT", default=2, least=1)
JOBS_QUEUED_PER_STUDENT = env.env_int("JOBS_QUEUED_PER_STUDENT", default=10, least=1)

# --- servers ----------------------------------------------------------------------------------------------------
OLLAMA_HOST = env.env_str("OLLAMA_HOST")
GGUF = env.env_str("ATHANOR_GGUF")  # a model file to serve instead of the shipped one

# --- API --------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "athanor.api.authentication.ApiKeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["athanor.api.parsers.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.LimitOffsetPagination",
    "PAGE_SIZE": 50,
    "EXCEPTION_HANDLER": "athanor.api.errors.handle",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Athanor",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SORT_OPERATIONS": False,  # as in the list of addresses: from courses to marks
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
}

# --- the admin's look -------------------------------------------------------------------------------------------
UNFOLD = {
    "SITE_TITLE": "Athanor",
    "SITE_HEADER": "Athanor",
    "SITE_URL": "/",
    "SITE_SYMBOL": "local_fire_department",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("img/athanor.svg")}],
    "STYLES": [lambda request: static("administration/admin.css")],
    "SCRIPTS": [lambda request: static("administration/names.js")],
    "SHOW_BACK_BUTTON": True,
    "SHOW_VIEW_ON_SITE": False,
    "COLORS": {
        "base": {  # the warm greys of the site's own pages
            "50": "oklch(98.4% .006 80)", "100": "oklch(96.2% .009 80)", "200": "oklch(92% .014 78)",
            "300": "oklch(86% .018 75)", "400": "oklch(70% .022 70)", "500": "oklch(54% .022 65)",
            "600": "oklch(43.5% .02 62)", "700": "oklch(36% .018 60)", "800": "oklch(26% .014 60)",
            "900": "oklch(20.5% .011 60)", "950": "oklch(16% .009 60)",
        },
        "primary": {
            "50": "oklch(98% .016 73)", "100": "oklch(95% .038 75)", "200": "oklch(90% .076 70)",
            "300": "oklch(84% .128 66)", "400": "oklch(75% .183 55)", "500": "oklch(70% .187 47)",
            "600": "oklch(58% .175 42)", "700": "oklch(50% .155 40)", "800": "oklch(43% .125 38)",
            "900": "oklch(38% .100 38)", "950": "oklch(27% .079 36)",
        },
    },
}  # fmt: skip

# --- logging ----------------------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.env_str("LOG_LEVEL", "INFO")},
    "loggers": {
        name: {"level": "WARNING"}
        # Celery's are two lines for each message; what became of a job is in its row.
        for name in ("httpx", "httpcore", "celery.app.trace", "celery.worker.strategy")
    },
}
