"""A Wagtail site as its documentation sets one up: SQLite, memory cache, wagtail-cache around
everything (KEEP=1) or not (KEEP=0).
"""

import os
import sys
from pathlib import Path

FOLDER = Path(os.environ["DATA_DIR"])
SECRET_KEY = "bench-only-" * 6
ALLOWED_HOSTS = ["*"]
DEBUG = False
ROOT_URLCONF = "peer_urls"
INSTALLED_APPS = [
    "bulletin",
    "wagtailcache",
    "wagtail.users",
    "wagtail.images",
    "wagtail.documents",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
_KEEPS = os.environ.get("KEEP", "1") == "1"
MIDDLEWARE = [
    *(["wagtailcache.cache.UpdateCacheMiddleware"] if _KEEPS else []),
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    *(["wagtailcache.cache.FetchFromCacheMiddleware"] if _KEEPS else []),
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
sys.path.append(str(FOLDER))
MIGRATION_MODULES = {
    "bulletin": "bulletin_migrations"
}  # made anew each time, in the folder of the run
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": FOLDER / "peer.sqlite3"}}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
WAGTAIL_CACHE = _KEEPS
WAGTAIL_SITE_NAME = "示例"
WAGTAILADMIN_BASE_URL = "http://127.0.0.1"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE, TIME_ZONE, USE_TZ = "zh-hans", "Asia/Shanghai", True
STATIC_URL, STATIC_ROOT = "/static/", FOLDER / "peer-static"
