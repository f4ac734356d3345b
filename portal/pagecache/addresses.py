"""What is asked for: the page an address names, with its query reduced to what the page knows."""

from collections import OrderedDict
from contextlib import suppress
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.http.request import split_domain_port, validate_host
from django.urls import Resolver404, resolve

from portal.pagecache.pages import PAGES

REMEMBERED = 20_000
# Bytes of a query as it is sent. Longer ones are answered, but by no copy: nobody asks twice, and
# they are neither read nor remembered here (twenty thousand of them would be a hundred megabytes).
LONGEST_QUERY = 500


class Bounded(OrderedDict):
    """A memory of answers that forgets the oldest beyond `size`."""

    def __init__(self, size):
        super().__init__()
        self.limit = size

    def remember(self, key, value):
        """Keep and return the value."""
        self[key] = value
        if len(self) > self.limit:
            with suppress(KeyError):  # another thread was faster
                self.popitem(last=False)
        return value


class Addresses:
    """Answers about addresses, remembered because a hit must not cost a resolver."""

    def __init__(self):
        self._pages = Bounded(REMEMBERED)
        self._queries = Bounded(REMEMBERED)
        self._origins = Bounded(100)

    def page(self, path):
        """(url name, Page) of a path, or None where it is not declared."""
        try:
            return self._pages[path]
        except KeyError:
            return self._pages.remember(path, _declared(path))

    def query(self, name, raw):
        """The canonical query of a page: its own parameters, in their order, without empty ones.
        None: not readable, or too long.
        """
        if not raw:
            return ""
        if len(raw) > LONGEST_QUERY:
            return None
        try:
            return self._queries[name, raw]
        except KeyError:
            return self._queries.remember((name, raw), _canonical(PAGES[name].parameters, raw))

    def origin(self, scheme, host):
        """What of scheme and host a page depends on; None where the host is not one of ours.

        Where SITE_ORIGIN is set, absolute links are made of it and all hosts share one copy.
        """
        try:
            return self._origins[scheme, host]
        except KeyError:
            if not _is_ours(host):
                return None
            return self._origins.remember(
                (scheme, host), "" if settings.SITE_ORIGIN else f"{scheme}://{host}"
            )


def _is_ours(host):
    domain, _ = split_domain_port(host)
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)


def _declared(path):
    try:
        # As Django's handler reads PATH_INFO.
        # With its namespace: the API has a `register` of its own.
        name = resolve(path.encode("latin-1").decode("utf-8", "replace")).view_name
    except (Resolver404, UnicodeError):
        return None
    return (name, PAGES[name]) if name in PAGES else None


def _canonical(parameters, raw):
    try:
        pairs = parse_qsl(
            raw, errors="replace", max_num_fields=settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
        )
    except ValueError:  # too many fields: Django refuses them in its own way
        return None
    order = {name: place for place, name in enumerate(parameters)}
    known = [(name, value) for name, value in pairs if name in order]
    return urlencode(sorted(known, key=lambda pair: order[pair[0]]))
