"""Django's settings; what differs between installations comes from the environment."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from stockbridge.config import environment as env

PACKAGE = Path(__file__).resolve().parent.parent
HOME = env.home()
SECRET_KEY = env.secret("secret_key")
# The first key encrypts, all of them decrypt: put a new one in front to rotate.
VAULT_KEYS = [key for key in env.secret("vault_key").replace(",", " ").split() if key]
DEBUG = env.flag("STOCKBRIDGE_DEBUG")
# For a server that others reach although it listens on this machine alone.
ASKS_SETUP_TOKEN = env.flag("STOCKBRIDGE_ASKS_SETUP_TOKEN")
PUBLIC_URL = (env.words("STOCKBRIDGE_PUBLIC_URL") or [""])[0].rstrip("/")
ALLOWED_HOSTS = env.words("STOCKBRIDGE_HOSTS", "127.0.0.1,localhost,[::1]")
if _public_host := urlsplit(PUBLIC_URL).hostname:
    ALLOWED_HOSTS.append(_public_host)  # stores call us by it
TRUSTED_PROXY = env.flag("STOCKBRIDGE_TRUSTED_PROXY")

INSTALLED_APPS = [
    "stockbridge.companies",
    "stockbridge.backoffice",
    "stockbridge.engine",
    "stockbridge.web",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "ninja",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "stockbridge.web.middleware.security_headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "stockbridge.web.middleware.first_run",
    "stockbridge.web.middleware.messages_for_parts",
]

ROOT_URLCONF = "stockbridge.config.urls"
WSGI_APPLICATION = "stockbridge.config.wsgi.application"
DATABASES = {"default": env.database(os.environ.get("STOCKBRIDGE_DATABASE", ""))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "stockbridge.web.context.page",
            ],
        },
    }
]

FORM_RENDERER = "stockbridge.web.forms.Renderer"

AUTH_USER_MODEL = "companies.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_ADAPTER = "stockbridge.web.account_adapter.AccountAdapter"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # no mail to strangers
ACCOUNT_LOGOUT_REDIRECT_URL = "/account/login/"
# Guessing is slow: five wrong passwords per person in five minutes, and per address.
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if TRUSTED_PROXY else 0
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
MFA_ADAPTER = "stockbridge.web.account_adapter.SecondFactorAdapter"
MFA_TOTP_ISSUER = "Stockbridge"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC_URL.startswith("https://")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if PUBLIC_URL else []
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if SESSION_COOKIE_SECURE else 0
if TRUSTED_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
LOCALE_PATHS = [PACKAGE / "web" / "locale"]
FORMAT_MODULE_PATH = ["stockbridge.web.formats"]

STATIC_URL = "static/"
STATIC_ROOT = None  # served from where they are installed; nothing to collect
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000  # "select all" on a page of rows

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        # It holds who guessed how often. Where it is small, guessing at many accounts
        # makes it forget.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if os.environ.get("STOCKBRIDGE_SMTP_HOST")
    else "django.core.mail.backends.console.EmailBackend"
)
EMAIL_HOST = os.environ.get("STOCKBRIDGE_SMTP_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("STOCKBRIDGE_SMTP_PORT", "587"))
EMAIL_HOST_USER = os.environ.get("STOCKBRIDGE_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("STOCKBRIDGE_SMTP_PASSWORD", "")
EMAIL_USE_TLS = env.flag("STOCKBRIDGE_SMTP_TLS")
DEFAULT_FROM_EMAIL = os.environ.get("STOCKBRIDGE_MAIL_FROM", "stockbridge@localhost")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {"httpx2": {"level": "WARNING"}, "httpcore2": {"level": "WARNING"}},
}
