"""The one settings file. Every environment variable the portal knows is read here;
docs/operations.md lists them.

A bad or missing value stops the start with a sentence that names its remedy.
"""

import datetime as dt
import ipaddress
import os
import re
import sys
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from portal import __version__
from portal.identity import Site

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
try:
    env.read_env(
        BASE_DIR / ".env", encoding="utf-8-sig"
    )  # with the mark that Windows' editors put first, or without
except UnicodeDecodeError:
    raise ImproperlyConfigured(
        f"{BASE_DIR / '.env'} 不是 UTF-8 编码。请用 UTF-8 另存一次后重新启动。"
    ) from None

# pytest imports the settings before any conftest.py can set a variable.
TESTING = "pytest" in sys.modules
BOOLEAN_WORDS = {*env.BOOLEAN_TRUE_STRINGS, "false", "off", "n", "no", "0", ""}


def read(kind, name, *args, **kwargs):
    """Read one variable with django-environ, turning its errors into a sentence with a remedy."""
    try:
        # django-environ takes any word it does not know for "no": a mistyped HTTPS=ture would
        # switch protection off.
        if (
            kind == "bool"
            and (word := env.str(name, default="no").strip().lower()) not in BOOLEAN_WORDS
        ):
            raise ValueError(f"{word}，只能写 1 或 0")
        return getattr(env, kind)(name, *args, **kwargs)
    except (ValueError, KeyError, ImproperlyConfigured) as error:
        raise ImproperlyConfigured(
            f"环境变量 {name} 的值无法识别（{error}）。请改正后重新启动，说明见 docs/operations.zh.md。"
        ) from error


def read_not_negative(name, *, default, least=0):
    """A whole number that is at least `least`."""
    if (number := read("int", name, default=default)) < least:
        raise ImproperlyConfigured(
            f"环境变量 {name} 不能小于 {least}。请改正后重新启动，说明见 docs/operations.zh.md。"
        )
    return number


def read_networks(name):
    """Networks in CIDR notation, or single addresses."""
    try:
        return [
            ipaddress.ip_network(word.strip(), strict=False)
            for word in read("list", name, default=[])
        ]
    except ValueError as error:
        raise ImproperlyConfigured(
            f"环境变量 {name} 的值无法识别（{error}）。请写成 10.1.0.0/16,192.168.5.7 的样子后重新启动。"
        ) from error


def read_secret_key():
    """SECRET_KEY from the environment, else from SECRET_KEY_FILE (a container secret, or the file
    `make` creates).
    """
    if key := read("str", "SECRET_KEY", default=""):
        return key
    try:
        if key := SECRET_KEY_FILE.read_text().strip():
            return key
    except FileNotFoundError:
        pass
    except (OSError, ValueError) as error:
        raise ImproperlyConfigured(
            f"密钥文件 {SECRET_KEY_FILE} 读不出来（{getattr(error, 'strerror', '') or error}）。"
            "请检查它和上级目录的属主、权限：运行服务的账号要能读。"
        ) from error
    if TESTING:
        return "for-tests-only-" * 4
    raise ImproperlyConfigured(
        f"没有密钥。请运行 make install 自动生成 {SECRET_KEY_FILE}，或设置环境变量 SECRET_KEY（50 位以上随机字符）。"
        "要恢复备份的：把另外保存的密钥放回这里；备份加密的，新生成一个即可，恢复时会换成备份中的。"
    )


# Which Lantai this is: shown by `manage.py version`, the desk's foot, /healthz/live and the files
# made of items.
VERSION = __version__

# --- Where things are -------------------------------------------------------------------
DATA_DIR = Path(read("str", "DATA_DIR", default=str(BASE_DIR / "var")))
MEDIA_ROOT = DATA_DIR / "media"
STATIC_ROOT = DATA_DIR / "static"
STATIC_URL = "/static/"
# What this district changes of the look: templates and static files that stand before ours, in a
# folder that belongs to no release.
CUSTOM_DIR = BASE_DIR / (read("str", "CUSTOM_DIR", default="") or "custom")
CUSTOM_TEMPLATES, CUSTOM_STATIC = (
    [folder] if os.access(folder, os.R_OK | os.X_OK) else []
    for folder in (CUSTOM_DIR / "templates", CUSTOM_DIR / "static")
)
STATICFILES_DIRS = [*CUSTOM_STATIC, BASE_DIR / "static"]

# Page views not yet rolled up into counts: on this machine's own disk, one file a worker process.
JOURNAL_DIR = Path(read("str", "JOURNAL_DIR", default=str(DATA_DIR / "journal")))
# While this file is there nginx on this machine shows no copy it kept for an outage
# (deploy/nginx/lantai.conf).
KEPT_COPIES_MARK = Path(
    read("str", "KEPT_COPIES_MARK", default=str(DATA_DIR / "kept-copies-are-old"))
)

# --- What kind of installation ----------------------------------------------------------
# DEMO: plain HTTP on this machine, demonstration content and accounts. Never set on a public
# server.
DEMO = read("bool", "DEMO", default=False)
DEBUG = read("bool", "DEBUG", default=False)
# HTTPS: the portal is reached through TLS (all public installations). Off only on one's own machine
# and in tests.
HTTPS = read("bool", "HTTPS", default=not (DEMO or TESTING))
SECRET_KEY_FILE = Path(read("str", "SECRET_KEY_FILE", default=str(DATA_DIR / "secret-key")))
SECRET_KEY = read_secret_key()
ALLOWED_HOSTS = read("list", "ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = read("list", "CSRF_TRUSTED_ORIGINS", default=[])
# How many proxies of ours stand in front. 0: X-Forwarded-For is anybody's word and is not believed.
TRUSTED_PROXY_COUNT = read("int", "TRUSTED_PROXY_COUNT", default=0)

# --- The site: what the page tags and the footer print (国办发〔2017〕47号) -------------------
# What is set here stands fast; what is not is entered at the desk or by `manage.py set_up`
# (docs/decisions/0072). Nothing that
# the law has printed has a default outside demonstrations.
SITE_FIXED = {
    "name": read("str", "SITE_NAME", default=""),
    "platform": read("str", "SITE_PLATFORM", default=""),
    "domain": read("str", "SITE_DOMAIN", default=""),
    "id_code": read("str", "SITE_ID_CODE", default=""),
    "organiser": read("str", "SITE_ORGANISER", default=""),
    "contractor": read("str", "SITE_CONTRACTOR", default=""),
    "contact": read("str", "SITE_CONTACT", default=""),
    "icp": read("str", "SITE_ICP", default=""),
    "police_number": read("str", "SITE_POLICE_NUMBER", default=""),
    # Addresses of the 编办 check page and the 找错 platform; empty: the mark is printed without a
    # link.
    "organ_mark_url": read("str", "SITE_ORGAN_MARK_URL", default=""),
    "error_report_url": read("str", "SITE_ERROR_REPORT_URL", default=""),
}
_demonstration = {
    "name": "松北区人民政府",
    "domain": "www.songbei.gov.cn",
    "id_code": "2301090001",
    "organiser": "松北区人民政府办公室",
    "icp": "黑ICP备00000000号",
}
SITE = Site(fixed=SITE_FIXED, otherwise=_demonstration if DEMO or TESTING else {})
if TESTING:  # no test of a page asks the database who the site is
    SITE = SITE.last_known()
# Scheme and host of permanent links, where no request tells (feeds, exports, canonical links behind
# odd proxies).
SITE_ORIGIN = read("str", "SITE_ORIGIN", default="")

# Where weaknesses are reported (RFC 9116, security.txt): mailto:, tel: or https: addresses, the
# first wanted most.
SECURITY_CONTACT = read("list", "SECURITY_CONTACT", default=[])
if wrong := [
    one for one in SECURITY_CONTACT if not re.fullmatch(r"(mailto:|tel:|https://)\S+", one)
]:
    raise ImproperlyConfigured(
        f"SECURITY_CONTACT 中的 {wrong[0]} 无法识别。请写成 mailto:security@example.gov.cn、tel:+86-451-12345678 或 https:// 开头的地址，"
        "多个用英文逗号分开，改正后重新启动。"
    )

# --- Applications -----------------------------------------------------------------------
INSTALLED_APPS = [
    "portal.apps.PortalAdminConfig",
    "portal.accounts.apps.AccountsConfig",  # before auth: of two commands of one name the first application's is run
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.sitemaps",  # for its template
    "django.forms",  # lets FORM_RENDERER find Django's own form templates beside ours
    "django_filters",
    "django_prose_editor",  # for its static files: the editor's code
    "mptt",
    "csp",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "django_tasks",
    "django_tasks_db",
    "portal.apps.PortalConfig",
    "disclosure",
    "imports",
    "opendata",
    "inquiries",
    "catalog",
    "desk",
    "ledger",
    "search",
    "workdays",
    "background",
]

MIDDLEWARE = [
    "portal.watching.health.under_any_name",
    "django.middleware.security.SecurityMiddleware",
    "portal.front.headers.headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.front.request_ids.request_ids",  # after the static files, before whatever may fail
    "portal.front.headers.desk_headers",
    "csp.middleware.CSPMiddleware",
    "opendata.openness.open_to_programs",
    "portal.accounts.networks.desk_networks",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "disclosure.pages.old_addresses.old_addresses",  # asked before a slash is added: a folder of an older portal needs none
    "django.middleware.csrf.CsrfViewMiddleware",
    "portal.accounts.sessions.SignedIn",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "portal.accounts.desk.DeskRules",
    "axes.middleware.AxesMiddleware",  # the last, as django-axes wants it
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [*CUSTOM_TEMPLATES, BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.front.context_processors.site",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Database ---------------------------------------------------------------------------
# Set but empty, as `make` writes it, is the default in a demonstration; a real installation must
# not end on SQLite by a slip.
if DEMO and not os.environ.get("DATABASE_URL", "unset"):
    del os.environ["DATABASE_URL"]
DATABASES = {
    "default": read("db_url", "DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'db.sqlite3'}")
}
_database = DATABASES["default"]
_database.setdefault("ENGINE", "")  # an address that is none
if _database["ENGINE"] == "django.db.backends.sqlite3":
    # IMMEDIATE: no deadlock from upgrading a read lock. FULL: no acknowledged publication is lost
    # in a power cut. A connection kept for good: reads go on while the disk is full
    # (docs/decisions/0002-sqlite-settings.md).
    _database["CONN_MAX_AGE"] = None
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;",
    }
    _database["TEST"] = {
        "NAME": DATA_DIR / "test.sqlite3"
    }  # a real file: WAL and several processes, as in production
elif _database["ENGINE"] == "django.db.backends.postgresql":
    _database["CONN_MAX_AGE"] = 300
    _database["CONN_HEALTH_CHECKS"] = True
    _database["OPTIONS"] = {
        **_database.get("OPTIONS", {}),
        "connect_timeout": 3,
        "options": "-c statement_timeout=30000 -c lock_timeout=10000 -c idle_in_transaction_session_timeout=60000",
    }
else:
    raise ImproperlyConfigured(
        "DATABASE_URL 只支持 sqlite:/// 和 postgres:// 两种地址，请改正后重新启动。"
    )
# Where pg_dump and pg_restore of the server's version lie, if not on the PATH (backup and restore).
PG_PROGRAMS = read("str", "PG_PROGRAMS", default="")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
try:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)
except OSError as error:
    raise ImproperlyConfigured(
        f"数据目录 {DATA_DIR} 无法写入（{error.strerror}）。请检查它的属主和权限，或用 DATA_DIR 指定另一个目录。"
    ) from error

CACHES = {"default": read("cache_url", "CACHE_URL", default="locmemcache://")}
# Memory for kept pages in every worker process; 0: no page is kept.
PAGE_CACHE_MB = read("int", "PAGE_CACHE_MB", default=64)
# For how long a CDN in front may deliver a page without asking; 0: there is none, and nobody's
# cache keeps pages.
CDN_SECONDS = read("int", "CDN_SECONDS", default=0)
# Whether a view is counted by a picture of one pixel, because pages are delivered by others too.
COUNT_BY_PIXEL = read("bool", "COUNT_BY_PIXEL", default=False)

# --- The register -----------------------------------------------------------------------
# The Ed25519 private key that signs its daily checkpoints; made at first use, readable by this
# account alone.
LEDGER_KEY_FILE = Path(read("str", "LEDGER_KEY_FILE", default=str(DATA_DIR / "ledger-key")))
# What this machine has seen of the register, outside the database; each machine has its own.
LEDGER_MEMORY_FILE = Path(
    read("str", "LEDGER_MEMORY_FILE", default=str(DATA_DIR / "ledger-memory.jsonl"))
)
# Mail addresses outside that get every checkpoint; a time-stamping authority (RFC 3161), and its
# root certificates.
WITNESSES = read("list", "WITNESSES", default=[])
TSA_URL = read("str", "TSA_URL", default="")
TSA_CERTIFICATES = read("str", "TSA_CERTIFICATES", default="")
if TSA_URL and not re.fullmatch(r"https?://[^/\s]+(/\S*)?", TSA_URL):
    raise ImproperlyConfigured("TSA_URL 请写成 https://tsa.example.gov.cn/tsr 的样子后重新启动。")

# --- Personal data at rest ----------------------------------------------------------------
# The keys that encrypt it (AES-256-GCM); the first is made at first use, readable by this account
# alone.
CONFIDENTIAL_KEY_FILE = Path(
    read("str", "CONFIDENTIAL_KEY_FILE", default=str(DATA_DIR / "confidential-key"))
)
# So many days after a case was closed its personal data is erased (Personal Information Protection
# Law, Articles 19 and 47).
PERSONAL_DATA_DAYS = read("int", "PERSONAL_DATA_DAYS", default=1_825)
if PERSONAL_DATA_DAYS < 1:
    raise ImproperlyConfigured(
        "PERSONAL_DATA_DAYS 是个人信息在办结之后保存的天数，至少为 1。请改正后重新启动。"
    )

# --- Backups ----------------------------------------------------------------------------
BACKUP_DIR = Path(read("str", "BACKUP_DIR", default=str(DATA_DIR / "backups")))
# What was removed by law stands in backups until they are deleted; the desk tells the day.
BACKUP_KEEP_DAYS = read("int", "BACKUP_KEEP_DAYS", default=14)
# A file that holds the passphrase, readable by this account alone; backups are encrypted where it
# is given.
BACKUP_PASSPHRASE_FILE = read("str", "BACKUP_PASSPHRASE_FILE", default="")

# --- Language and time ------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = ["portal.formats"]

# --- Files ------------------------------------------------------------------------------
STORAGES = {
    "default": {"BACKEND": "portal.machines.durable.DurableFileSystemStorage"},
    # The manifest knows no file until collectstatic has run, so tests and DEBUG serve the plain
    # ones.
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or TESTING
        else "portal.front.static_files.StaticFiles",
        # Everybody's, and delivered by the web server under its own account.
        "OPTIONS": {"file_permissions_mode": 0o644, "directory_permissions_mode": 0o755},
    },
}
WHITENOISE_USE_FINDERS = DEBUG or TESTING
FILE_UPLOAD_PERMISSIONS = 0o600  # what nginx may read as well: portal/machines/modes.py
_attachment_mb = read("int", "ATTACHMENT_MAX_MB", default=100)
ATTACHMENT_MAX_BYTES = 1_000_000 * _attachment_mb
# The largest request the desk takes: its files, and what a form weighs beside them (portal/front/gate.py;
# nginx bounds it as well).
LARGEST_REQUEST = 1_000_000 * read("int", "MAX_REQUEST_MB", default=_attachment_mb + 10)
# What a stranger may send to have it compared with what was published. While it arrives it lies
# with nginx, so it is bounded below what an attachment may weigh; a larger file is compared by its
# hash.
LARGEST_COPY = min(ATTACHMENT_MAX_BYTES, 20_000_000)
ATTACHMENT_MAX_PAGES = read("int", "ATTACHMENT_MAX_PAGES", default=2000)
# ClamAV's daemon: unix:/run/clamav/clamd.ctl or 127.0.0.1:3310; empty: no file is scanned.
CLAMD = read("str", "CLAMD", default="")
if CLAMD and not re.fullmatch(r"unix:/.+|\S+:[0-9]{1,5}", CLAMD):
    raise ImproperlyConfigured(
        "CLAMD 请写成 unix:/run/clamav/clamd.ctl 或 127.0.0.1:3310 的样子后重新启动。"
    )
# With nginx in front, attachments are handed to it by X-Accel-Redirect under this internal
# location.
X_ACCEL_LOCATION = read("str", "X_ACCEL_LOCATION", default="")

# --- What is done after a request ---------------------------------------------------------
# The queue is a table of the same database, so a job is committed with what wanted it
# (docs/decisions/0074-the-queue.md).
# Dear work (making a file, a sign-in, a package that streams): so many of each kind at once in one
# web process; others are told to come
# again. Three times as many must leave threads free (WEB_THREADS).
DEAR_WORK_AT_ONCE = read_not_negative("DEAR_WORK_AT_ONCE", default=2, least=1)
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
# The queue's rows name functions. Rows that the version before wrote are done under today's names.
FORMER_JOBS = {
    "disclosure.desk.jobs.check_table": "imports.bulk.jobs.check_table",
    "disclosure.desk.jobs.take_in_table": "imports.bulk.jobs.import_table",
    "disclosure.desk.bulk.jobs.check_table": "imports.bulk.jobs.check_table",
    "disclosure.desk.bulk.jobs.take_in_table": "imports.bulk.jobs.import_table",
    "disclosure.exports.jobs.make_file": "disclosure.files.jobs.make_file",
    "disclosure.exports.jobs.prepare_package": "disclosure.files.jobs.prepare_package",
    "disclosure.opendata.jobs.write_bulk_data": "opendata.jobs.write_bulk_data",
}

# --- Mail ---------------------------------------------------------------------------------
# None by default: everything else works, and nobody is told (docs/decisions/0075-mail.md).
EMAIL_URL = read("str", "EMAIL_URL", default="")
MAIL_FROM = read("str", "MAIL_FROM", default="")
# Who is told that the machine needs somebody.
MAIL_ADMINS = read("list", "MAIL_ADMINS", default=[])
MAIL_DIGEST_HOUR = read_not_negative("MAIL_DIGEST_HOUR", default=8)
# Further ways to people: dotted paths of classes like background.channels.Channel.
NOTICE_GATEWAYS = read("list", "NOTICE_GATEWAYS", default=[])
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
if EMAIL_URL:
    if not re.fullmatch(r"(smtp|smtp\+tls|smtps|smtp\+ssl|consolemail|filemail)://.*", EMAIL_URL):
        raise ImproperlyConfigured(
            "EMAIL_URL 请写成 smtp+tls://用户:口令@主机:587 或 smtp+ssl://用户:口令@主机:465 的样子后重新启动。"
        )
    if "@" not in MAIL_FROM:
        raise ImproperlyConfigured(
            "设置了 EMAIL_URL，还需要 MAIL_FROM（发件人邮箱），请写上后重新启动。"
        )
    globals().update(read("email_url", "EMAIL_URL"))
    EMAIL_TIMEOUT = 20
if WITNESSES and not EMAIL_URL:
    raise ImproperlyConfigured(
        "设置了 WITNESSES（见证单位的邮箱），还需要 EMAIL_URL，请写上后重新启动。"
    )
if unsound := [word for word in WITNESSES if not re.fullmatch(r"[^@\s]+@[^@\s]+", word)]:
    raise ImproperlyConfigured(
        f"WITNESSES 中的 {unsound[0]} 不是邮箱。请用逗号分开几个邮箱，改正后重新启动。"
    )
DEFAULT_FROM_EMAIL = SERVER_EMAIL = MAIL_FROM or "nobody@localhost"

# --- Files made of items ------------------------------------------------------------------
# Kept by the hash of what they show; when they take more room than this, those not asked for
# longest go first.
EXPORTS_DIR = DATA_DIR / "exports"
EXPORTS_MAX_BYTES = 1_000_000 * read("int", "EXPORTS_MAX_MB", default=2000)
# Further fonts (OTF, TTF) for characters that Noto lacks: names with rare characters, scripts of
# minorities.
_fonts = read("str", "PDF_FONT_DIR", default="")
PDF_FONT_DIR = Path(_fonts) if _fonts else None

# --- Accounts ---------------------------------------------------------------------------
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "portal.accounts.passwords.CharacterClasses"},
    {"NAME": "portal.accounts.passwords.NotGuessable"},
    {"NAME": "portal.accounts.passwords.NotLately"},
]
# After so many days a password has to be changed; 0: never.
PASSWORD_MAX_AGE_DAYS = read_not_negative("PASSWORD_MAX_AGE_DAYS", default=0 if DEMO else 90)
# An account nobody used for so many days is switched off; 0: never.
ACCOUNT_UNUSED_DAYS = read_not_negative("ACCOUNT_UNUSED_DAYS", default=0 if DEMO else 90)
# Nobody stays signed in longer than this without doing anything, nor longer than that whatever they
# do.
SESSION_IDLE_MINUTES = read_not_negative("SESSION_IDLE_MINUTES", default=30, least=1)
SESSION_HOURS = read_not_negative("SESSION_HOURS", default=8, least=1)
SESSION_COOKIE_AGE = SESSION_HOURS * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
# off: nobody is asked for one. optional: whoever has set one up. required: all staff have to set
# one up.
SECOND_FACTOR = read("str", "SECOND_FACTOR", default="optional").lower()
if SECOND_FACTOR not in {"off", "optional", "required"}:
    raise ImproperlyConfigured(
        "SECOND_FACTOR 只能是 off、optional、required 之一，请改正后重新启动。"
    )
# Networks (CIDR) the desk may be opened from; none: from everywhere.
ADMIN_ALLOWED_NETWORKS = read_networks("ADMIN_ALLOWED_NETWORKS")
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "portal.accounts.backends.StaffBackend",
]
# Guessing (docs/decisions/0040-accounts.md): a name from an address; another address is another
# matter.
AXES_FAILURE_LIMIT = read_not_negative("LOGIN_FAILURES_PER_NAME", default=5, least=1)
AXES_COOLOFF_TIME = dt.timedelta(
    minutes=read_not_negative("LOGIN_LOCKED_MINUTES", default=30, least=1)
)
# So many names that failed from one address within that time, and no name may be tried from it.
LOGIN_NAMES_PER_ADDRESS = read_not_negative("LOGIN_NAMES_PER_ADDRESS", default=10, least=2)
AXES_USERNAME_CALLABLE = "portal.accounts.lockout.name_counted"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_CLIENT_IP_CALLABLE = "portal.accounts.lockout.address_of_the_client"
AXES_LOCKOUT_CALLABLE = "portal.accounts.lockout.locked_out"
AXES_ENABLE_ADMIN = False
AXES_DISABLE_ACCESS_LOG = True  # the audit log has it
AXES_VERBOSE = False
if TESTING:  # the real one takes a third of a second for every person a test makes
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGIN_URL = "admin:login"
CSRF_FAILURE_VIEW = "portal.front.errors.form_expired"

# --- Security headers -------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        # Our scripts make no markup of text, and no other may. Not at the desk (portal/front/headers.py).
        "require-trusted-types-for": ["'script'"],
        "report-uri": ["/csp-report/"],
        "report-to": "csp",
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if HTTPS:  # a browser takes such a cookie only over TLS and for this host alone, so no neighbouring host can plant one
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [
    r"^healthz/",
    r"^metrics$",
]  # a load balancer, Prometheus: on this machine, in plain HTTP
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
if TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# What Django reads of a form (the request as a whole is refused earlier, portal/front/gate.py): files
# apart, all bodies of a long report together; the largest form (a report's tables) has about 300
# fields; old pages come 200 at a time.
DATA_UPLOAD_MAX_MEMORY_SIZE = 10_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
DATA_UPLOAD_MAX_NUMBER_FILES = 250

# --- Watching ---------------------------------------------------------------------------
# With it /metrics answers Prometheus; without, there is no such page.
METRICS_TOKEN = read("str", "METRICS_TOKEN", default="")
if METRICS_TOKEN and len(METRICS_TOKEN) < 20:
    raise ImproperlyConfigured(
        "METRICS_TOKEN 太短，容易被猜中：请用 20 位以上的随机字符，或留空停用 /metrics。"
    )

LOG_LEVEL = read("str", "LOG_LEVEL", default="INFO").upper()
if LOG_LEVEL not in {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"}:
    raise ImproperlyConfigured(
        "LOG_LEVEL 只能是 DEBUG、INFO、WARNING、ERROR、CRITICAL 之一，请改正后重新启动。"
    )
# `line` for people, `json` for programs; neither holds personal data (portal/logs.py).
LOG_FORMAT = read("str", "LOG_FORMAT", default="line" if DEMO else "json").lower()
if LOG_FORMAT not in {"line", "json"}:
    raise ImproperlyConfigured("LOG_FORMAT 只能是 json 或 line，请改正后重新启动。")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "portal.logs.LineFormatter",
            "format": "{asctime} {levelname} {name} {number}{message}",
            "style": "{",
        },
        "json": {"()": "portal.logs.JsonFormatter"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    # gunicorn warns at every HEAD request that Django leaves the body to the server. It does,
    # rightly.
    "loggers": {"gunicorn.http.wsgi": {"level": "ERROR"}},
}
