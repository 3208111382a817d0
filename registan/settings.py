"""Reads every setting from the environment and from `.env`; docs/configure.md explains each name.

Without any the site runs with SQLite and everything else under `var/`, DEBUG off, and emails written to files.
"""

from email.utils import formataddr
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from django.conf.locale import LANG_INFO

from blog.text.validators import parse_sender
from registan import env, secret_key, silenced_checks
from registan.content_policy import CONTENT_POLICY
from registan.logs.config import logging_config, parse_log_format

BASE_DIR = Path(__file__).resolve().parent.parent
environment = env.Environment(BASE_DIR / ".env")
read = environment.read

# Folders

DATA_DIR = read("DATA_DIR", lambda text: env.ensure_directory(BASE_DIR / text), "var", "a directory to write to")
ARCHIVE_TO = read("ARCHIVE_TO", env.parse_archive_place, str(DATA_DIR / "archives"), "an absolute path or s3://…")
ARCHIVE_PASSPHRASE = read("ARCHIVE_PASSPHRASE", str, "", "a passphrase")  # of private archives, if they are encrypted
MEDIA_ROOT, STATIC_ROOT = DATA_DIR / "media", DATA_DIR / "static"
SHARE_ROOT = DATA_DIR / "share"  # a cache of Open Graph images, which may be emptied at any time
EXPORT_ROOT = DATA_DIR / "exports"
ERASED_LIST = DATA_DIR / "erased.json"  # of people whose data was deleted: hashes (comments/privacy/erased_list.py)
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
MEDIA_URL, STATIC_URL = "/media/", "/static/"

# The site

PORT = read("PORT", env.parse_port, "8000", "a number from 1 to 65535")
SITE_URL = read(
    "SITE_URL",
    env.parse_site_url,
    f"http://127.0.0.1:{PORT}",
    "an address such as https://blog.example.org, without a path",
)
SITE_NAME = read("SITE_NAME", env.parse_single_line, "Registan", "a name on one line")
CRAWLERS_MAY = read("CRAWLERS_MAY", env.parse_uses, "search,answers", "some of search, answers, training, or `nothing`")
LINK_CARDS = read("LINK_CARDS", env.parse_flag, "yes", "yes or no")  # may the owner have them?
READ_ONLY = read("READ_ONLY", env.parse_flag, "no", "yes or no")  # nothing is written, whatever the Site page says
SITE_TAGLINE = read("SITE_TAGLINE", str, "A group blog, and the conversation under it", "a line of text")
LANGUAGE_CODE = read("LANGUAGE_CODE", env.parse_language, "en", "a language code such as en, ru or uz")
TIME_ZONE = read("TIME_ZONE", env.parse_time_zone, "UTC", "a time zone such as Asia/Tashkent")
USE_I18N = USE_TZ = True
# What readers may choose from, each in its own language.
LANGUAGES = [("en", "English"), ("ru", "Русский"), ("uz", "Oʻzbekcha")]
if LANGUAGE_CODE not in dict(LANGUAGES):
    # Django's own texts, dates and plurals; ours stay English.
    LANGUAGES.append((LANGUAGE_CODE, LANG_INFO[LANGUAGE_CODE]["name_local"]))
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_AGE = 400 * 24 * 60 * 60  # the longest that browsers keep a cookie
LANGUAGE_COOKIE_HTTPONLY, LANGUAGE_COOKIE_SAMESITE = True, "Lax"
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["registan.formats"]

# For the Open Graph images of posts.
SHARE_FONT = read("SHARE_FONT", env.parse_font, "", "the path of a font file (TTF, OTF or TTC) that can be read")

# The conversation

DAYS_HINT = "a number of days from 1 to 36500, or 0 for never"
HOLD_AFTER_DAYS = read("HOLD_AFTER_DAYS", env.parse_days, "0", DAYS_HINT)
CLOSE_AFTER_DAYS = read("CLOSE_AFTER_DAYS", env.parse_days, "0", DAYS_HINT)

# Security

DEBUG = read("DEBUG", env.parse_flag, "no", "yes or no")
SECRET_KEY = read("SECRET_KEY", secret_key.parse_key, secret_key.GENERATED, secret_key.HINT)
if secret_key.GENERATED == SECRET_KEY:
    SECRET_KEY = secret_key.load(DATA_DIR / "secret_key")
SECRET_KEY_FALLBACKS = read("SECRET_KEY_FALLBACKS", secret_key.parse_fallbacks, "", secret_key.FALLBACKS_HINT)
SILENCED_SYSTEM_CHECKS = silenced_checks.SILENCED

HOST = urlsplit(SITE_URL).hostname or ""
HOST = f"[{HOST}]" if ":" in HOST else HOST  # an IPv6 address, as in a Host header
HTTPS = SITE_URL.startswith("https:")
LOOPBACK = "127.0.0.1,localhost" if HOST in {"127.0.0.1", "localhost"} else ""
ALLOWED_HOSTS = [
    *dict.fromkeys([HOST, *read("ALLOWED_HOSTS", env.parse_list, LOOPBACK, "a comma-separated list of names")])
]
CSRF_TRUSTED_ORIGINS = [SITE_URL]
CSRF_FAILURE_VIEW = "registan.errors.csrf_failure"
# Proxies whose X-Forwarded-For and X-Forwarded-Proto are trusted.
TRUSTED_PROXIES = read("TRUSTED_PROXIES", env.parse_networks, "", "a comma-separated list of addresses or networks")
# Who may ask /metrics, and /readyz for more than a word.
TRUSTED_MONITORS = read("TRUSTED_MONITORS", env.parse_networks, "", "a comma-separated list of addresses or networks")

# Where problems can be reported in private (registan/security_txt.py).
SECURITY_CONTACT = read("SECURITY_CONTACT", env.parse_contact, "", "an email address, or an address with https://")

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "registan_session", "registan_csrf"
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
# Not "no-referrer": forms must carry their Origin (comments/web/same_origin.py).
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_CSP = CONTENT_POLICY
# A comment is at most 10,000 characters, 40 kB of UTF-8, three times that percent-encoded; a post up to 2 MB.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 6_000  # the queue decides on up to 5,000 comments at once
DATA_UPLOAD_MAX_NUMBER_FILES = 10
FILE_UPLOAD_HANDLERS = ["registan.storage.InMemoryUploadHandler", "registan.storage.OnDiskUploadHandler"]
MEDIA_MAX_MB = read("MEDIA_MAX_MB", env.parse_megabytes, "100", "a number of megabytes from 1 to 4000")
# The web server sends these; everything else is for the site alone (registan/data_files.py).
FILE_UPLOAD_PERMISSIONS, FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o644, 0o755
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]

# Apps

INSTALLED_APPS = [
    "comments",
    "blog",
    "registan",
    "registan.transfer",
    "registan.apps.RegistanAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
]
MIDDLEWARE = [
    "registan.middleware.TrustedProxyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "blog.middleware.RedirectMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "registan.middleware.SiteMiddleware",
    "registan.read_only.ReadOnlyMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "comments.conversation.read_cookie.ReadMarksMiddleware",
    "registan.post_password.PostPasswordMiddleware",
]
ROOT_URLCONF = "registan.urls"
WSGI_APPLICATION = "registan.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APP_TEMPLATES = "django.template.loaders.app_directories.Loader"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [("django.template.loaders.cached.Loader", ["registan.template_loader.Loader", APP_TEMPLATES])],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "blog.context_processors.site_context",
            ],
        },
    }
]
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = ["registan.bundles.BundlingFinder", "django.contrib.staticfiles.finders.AppDirectoriesFinder"]
STORAGES = {
    "default": read("MEDIA_STORAGE", env.parse_media_storage, "files", "s3://KEY:SECRET@HOST/BUCKET, or `files`"),
    "staticfiles": {"BACKEND": "registan.storage.HashedStaticFilesStorage"},
}
if "OPTIONS" in STORAGES["default"] and find_spec("storages") is None:
    environment.errors.append("MEDIA_STORAGE is set to S3, and its packages are not there: make environment EXTRAS=s3.")

# Database

DATABASES = {
    "default": read(
        "DATABASE_URL",
        env.parse_database_url,
        f"sqlite:///{DATA_DIR / 'registan.sqlite3'}",
        "sqlite:///PATH or postgres://USER:PASSWORD@HOST:PORT/NAME",
    )
}
if REPLICA := read("REPLICA_URL", env.parse_replica_url, "none", "postgres://… of a replica, or `none`"):
    DATABASES["replica"] = REPLICA
IS_SQLITE = DATABASES["default"]["ENGINE"].endswith("sqlite3")
if IS_SQLITE:
    # A real file: in memory, threads lock each other out.
    DATABASES["default"]["TEST"] = {"NAME": DATA_DIR / "test.sqlite3"}
if IS_SQLITE and REPLICA:
    environment.errors.append("REPLICA_URL is set, but must be `none` unless DATABASE_URL is on PostgreSQL.")

# Search, with the language whose words are found in all their forms ("road" in "roads")

SEARCH_LANGUAGE = read(
    "SEARCH_LANGUAGE", env.parse_search_language, "site", "a language such as english, `site` for its own, or `simple`"
)

# Caches: `default` must be shared by all processes (rate limits, claims); `pages` may be local, since the content clock
# is part of its keys, and so is `fragments`, the parts of pages (blog/page_cache.py), which a network would only slow

CACHE_URL = read(
    "CACHE_URL", env.parse_cache_url, "local", "redis://HOST:PORT/NUMBER, `database` or `local` (pages in each process)"
)
DATABASE_CACHE = {"BACKEND": "django.core.cache.backends.db.DatabaseCache"}
# Django's default of 300 entries would drop rate limits as soon as requests come from many addresses.
SHARED_CACHE = {**DATABASE_CACHE, "LOCATION": "cache_shared", "OPTIONS": {"MAX_ENTRIES": 50_000}}
# About 20 kB a page, or a part of one: 40 MB a process at most.
LOCAL_CACHE = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 2_000}}
if CACHE_URL == "local":
    CACHES = {"default": SHARED_CACHE, "pages": {**LOCAL_CACHE, "LOCATION": "pages"}}
elif CACHE_URL == "database":
    CACHES = {
        "default": SHARED_CACHE,
        "pages": {**DATABASE_CACHE, "LOCATION": "cache_pages", "OPTIONS": {"MAX_ENTRIES": 20_000}},
    }
else:
    REDIS = {"BACKEND": "registan.cache.FailOpenRedisCache", "LOCATION": CACHE_URL}
    CACHES = {"default": {**REDIS, "KEY_PREFIX": "shared"}, "pages": {**REDIS, "KEY_PREFIX": "pages"}}
CACHES["fragments"] = {**LOCAL_CACHE, "LOCATION": "fragments"}

# Email

MAIL = read("EMAIL_URL", env.parse_email_url, "files", "smtp://USER:PASSWORD@HOST:PORT, smtp+tls://… or `files`")
DEFAULT_SENDER = formataddr((SITE_NAME, f"noreply@{HOST}"))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = read(
    "MAIL_FROM", parse_sender, DEFAULT_SENDER, "an email address, or NAME <ADDRESS>"
)
MAIL_FILES = {
    "BACKEND": "django.core.mail.backends.filebased.EmailBackend",
    "OPTIONS": {"file_path": str(DATA_DIR / "mail")},
}
MAILERS = {"default": MAIL or MAIL_FILES}

# Staff sign-in

# One alone: each would hash what is typed.
AUTHENTICATION_BACKENDS = ["registan.account_adapter.OneHashBackend"]
MESSAGE_STORAGE = "registan.messages.MessageStorage"
LOGIN_URL, LOGIN_REDIRECT_URL = "account_login", "admin:index"
ACCOUNT_ADAPTER = "registan.account_adapter.StaffAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION, ACCOUNT_LOGOUT_REDIRECT_URL = "none", "/"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_CHANGE_EMAIL = ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_USER_DISPLAY = "blog.text.display_names.display_name"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # nobody gets email from a site that they do not know
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key", "reset_password": "10/h/ip"}
MFA_ADAPTER = "registan.account_adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_FORMS = {
    f"{act}_webauthn": f"registan.accounts.account_forms.Passkey{act.title()}Form"
    for act in ("add", "authenticate", "login", "reauthenticate")
}

# Log

LOG_FORMAT = read("LOG_FORMAT", parse_log_format, "text", "text or json")
LOGGING = logging_config(LOG_FORMAT)
SENTRY_DSN = read("SENTRY_DSN", env.parse_dsn, "", "https://KEY@HOST/PROJECT")
if SENTRY_DSN and find_spec("sentry_sdk") is None:
    environment.errors.append("SENTRY_DSN is set, but the package sentry-sdk is not installed.")

SET_BY_ENVIRONMENT = environment.names_set
environment.exit_on_errors()
