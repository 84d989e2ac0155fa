"""Settings (配置): one file, the same for development, tests and production; only the environment differs.

Environment:
    DATABASE_URL, REDIS_URL: servers of your own; without them the embedded ones (config/stack).
    DATABASE_OWNER_URL: who migrates, when DATABASE_URL names the role that owns nothing (config/database.py).
    DATABASE_PASSWORD_FILE, DATABASE_OWNER_PASSWORD_FILE: files with the passwords that these leave out.
    DJANGO_SECRET_KEY[_FILE], DOUDI_ENCRYPTION_KEY[_FILE]: secrets; made under ``var/secrets`` when not given.
    DOUDI_ALLOWED_HOSTS: comma-separated host names (default: this machine only).
    DOUDI_HTTPS=1: behind TLS: secure cookies, HSTS, redirect.
    DOUDI_MFA: 1 or 0: whether administrators and finance bureaus need a second factor (default: with HTTPS).
    DOUDI_BUSINESS_DATE: ISO date that the system takes for today (training and demonstration only).
    DOUDI_API_REQUESTS_PER_MINUTE: what one hospital may ask of the interface a minute (default 6000).
    DOUDI_VAR: folder for data, files and secrets (default ``var/``).
"""

import os
from datetime import date
from pathlib import Path

from celery.schedules import crontab
from django.urls import reverse_lazy

from config.csp import POLICY
from config.database import database_settings
from config.secrets import read_secret
from config.stack import APP_ROLE, celery_url, embedded_urls, redis_py_url

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / (os.environ.get("DOUDI_VAR") or "var")

SECRET_KEY = read_secret("DJANGO_SECRET_KEY", var=VAR_DIR)
# Apart from SECRET_KEY: changing the one must not make ID numbers unreadable.
ENCRYPTION_KEY = read_secret("DOUDI_ENCRYPTION_KEY", var=VAR_DIR)
DEBUG = False
ALLOWED_HOSTS = os.environ.get("DOUDI_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]").split(",")

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.import_export",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "import_export",
    "csp",
    "rest_framework",
    "rest_framework_api_key",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "common",
    "organizations",
    "policies",
    "beneficiaries",
    "settlement",
    "reimbursement",
    "reporting",
]

MIDDLEWARE = [
    # Ahead of all that may refuse: each call of the hospitals' interface is numbered and logged.
    "organizations.api.calls.calls_logged",
    "django.middleware.security.SecurityMiddleware",
    "config.csp.ContentSecurityPolicy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "organizations.acting.ActingMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "config.sessions.session_limits",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.refusals.length_required",
    "config.refusals.nul_refused",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

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

DATABASES = {"default": database_settings(os.environ)}
DATABASE_APP_ROLE = APP_ROLE
# Called after ``migrate`` brought everything up to date.
AFTER_MIGRATE = ["organizations.services.roles_apply"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = os.environ.get("REDIS_URL") or embedded_urls()[1]
# The same server, spelt for redis-py.
REDIS_CLIENT_URL = redis_py_url(REDIS_URL)
CELERY_BROKER_URL = CELERY_RESULT_BACKEND = celery_url(REDIS_URL)
# Longer than the longest job: a job still running must not be handed out a second time.
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 6 * 3600}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_TRACK_STARTED = True
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_BEAT_SCHEDULE = {
    # Early on the first day of each quarter: the ledgers are there when the office opens.
    "build-quarter-ledgers": {
        "task": "reimbursement.build_last_quarter",
        "schedule": crontab(hour=2, minute=0, day_of_month=1, month_of_year="1,4,7,10"),
    },
    "remove-exported-lists": {"task": "reporting.remove_lists", "schedule": crontab(minute=20)},
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文")]
LOCALE_PATHS = [BASE_DIR / "config" / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = VAR_DIR / "files"
EXPORT_DIR = VAR_DIR / "ledgers"

LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
# Where people begin after logging in, by the first right that they have; everybody else with the admin.
START_PAGES = {
    "reimbursement.pay_submission": "finance:desk",
    "reimbursement.approve_submission": "finance:desk",
}
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 8 * 3600
SESSION_IDLE_SECONDS = 30 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = POLICY
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
HTTPS = os.environ.get("DOUDI_HTTPS") == "1"
MFA = (os.environ.get("DOUDI_MFA") or str(int(HTTPS))) == "1"
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

_business_date = os.environ.get("DOUDI_BUSINESS_DATE", "")
BUSINESS_DATE = date.fromisoformat(_business_date) if _business_date else None

# What a hospital may ask a minute unless its own page says otherwise.
API_REQUESTS_PER_MINUTE = int(os.environ.get("DOUDI_API_REQUESTS_PER_MINUTE", "6000"))
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["organizations.api.authentication.HospitalKeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["organizations.api.authentication.IsHospital"],
    "DEFAULT_THROTTLE_CLASSES": ["organizations.api.throttling.HospitalThrottle"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "settlement.api.negotiation.FormatNegotiation",
    "DEFAULT_PARSER_CLASSES": ["settlement.api.parsers.StrictJSONParser"],
    # OPTIONS would answer with the views' English docstrings; the OpenAPI document describes the interface.
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "settlement.api.problems.problem_response",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "兜底：医院结算接口",
    "DESCRIPTION": "定点医疗机构的资格查询、预结算、结算、查询与冲销。金额一律为两位小数的元（字符串）。",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    # Where several fields have one name and other choices.
    "ENUM_NAME_OVERRIDES": {
        "ClaimStatus": "settlement.api.schema.CLAIM_STATUS",
        "LedgerStatus": "reimbursement.models.QuarterlyLedger.Status",
        "ReviewState": "settlement.models.ReviewState",
        "ReconciliationResult": "settlement.api.schema_reconciliation.RESULTS",
        "ReconciliationLineResult": "settlement.api.schema_reconciliation.LINE_RESULTS",
    },
    # The names of choices, then the error codes and examples of each operation.
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "settlement.api.contract.contract_completed",
    ],
    "SERVE_PERMISSIONS": [],
    "SERVE_AUTHENTICATION": [],
}

UNFOLD = {
    "SITE_TITLE": "兜底",
    "SITE_HEADER": "兜底 · 医疗保障扶贫",
    "SITE_SUBHEADER": "参保、待遇、结算、台账",
    "SITE_SYMBOL": "health_and_safety",
    "SITE_URL": None,
    "SHOW_LANGUAGES": False,
    "SHOW_VIEW_ON_SITE": False,
    "DASHBOARD_CALLBACK": "reporting.admin_dashboard.dashboard",
    "SIDEBAR": {"navigation": "reporting.admin_navigation.navigation"},
    "ACCOUNT": {"navigation": [{"title": "我的账号", "link": reverse_lazy("my-account")}]},
    "STYLES": ["common.admin_panels.stylesheet"],
    "SCRIPTS": ["common.admin_panels.script"],
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": "common.admin_panels.favicon"},
    ],
    # Blue, as offices know it; unfold's own is violet.
    "COLORS": {
        "primary": {
            "50": "#eff6ff",
            "100": "#dbeafe",
            "200": "#bfdbfe",
            "300": "#93c5fd",
            "400": "#60a5fa",
            "500": "#3b82f6",
            "600": "#1d4ed8",
            "700": "#1e40af",
            "800": "#1e3a8a",
            "900": "#172554",
            "950": "#0f172a",
        }
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
