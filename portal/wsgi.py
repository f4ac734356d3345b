"""The WSGI entry: `gunicorn portal.wsgi`. Django, with the page cache in front of it."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django_application = get_wsgi_application()

# Only now: the models must be loaded.
from portal import serving  # noqa: E402

application = serving.in_front_of(django_application)
