"""Who this site is (国办发〔2017〕47号): what the environment fixes, else what was entered at the
desk.

`settings.SITE` is one of these. It is a mapping, so that no room has to know where a name comes
from. The database is the place where a district keeps it; a variable that is set wins, because
whoever writes it keeps the machine (docs/decisions/0072).
"""

import threading
import time
from collections.abc import Iterable, Iterator, Mapping

from django.apps import apps
from django.conf import settings
from django.db import DatabaseError

UNNAMED = "（尚未填写网站名称）"
PLATFORM = "政府信息公开"  # 国办公开办函〔2019〕61号 fixes it
# Field of SiteIdentity → the environment variable that fixes it.
VARIABLES = {
    "name": "SITE_NAME",
    "platform": "SITE_PLATFORM",
    "domain": "SITE_DOMAIN",
    "id_code": "SITE_ID_CODE",
    "organiser": "SITE_ORGANISER",
    "contractor": "SITE_CONTRACTOR",
    "contact": "SITE_CONTACT",
    "icp": "SITE_ICP",
    "police_number": "SITE_POLICE_NUMBER",
    "organ_mark_url": "SITE_ORGAN_MARK_URL",
    "error_report_url": "SITE_ERROR_REPORT_URL",
}
# Without these a page does not say whose it is; the others it may lack for a while.
REQUIRED = ("name", "id_code", "domain", "organiser")
EXPECTED = ("icp", "contact", "police_number")
# A process without a page cache looks again after this many seconds; with one, every change is
# noticed by the version.
GOOD_FOR = 0.9


class Site(Mapping[str, str]):
    """What pages print of the site. `fixed`: by the environment; `otherwise`: where nothing was
    entered.

    Looking up asks the database at most about once a second, and never while every value is fixed.
    Where the database does not answer, the last values known stand.
    """

    def __init__(self, *, fixed: Mapping[str, str], otherwise: Mapping[str, str]) -> None:
        self.fixed = {name: value for name, value in fixed.items() if value}
        self._otherwise = {"name": UNNAMED, "platform": PLATFORM, **otherwise}
        self._lock = threading.Lock()
        self._forgotten = 0
        self._good_until = 0.0
        # (values, edition): replaced as a whole, so that no reader sees half a change.
        self._known = (self._joined({}), 0)

    def __getitem__(self, name: str) -> str:
        return self._current()[0][name]

    def __iter__(self) -> Iterator[str]:
        return iter(VARIABLES)

    def __len__(self) -> int:
        return len(VARIABLES)

    @property
    def edition(self) -> int:
        """A number that is another one after every change this process has seen."""
        return self._current()[1]

    def last_known(self) -> dict[str, str]:
        """The values without asking the database: for pages that say that it is away."""
        return dict(self._known[0])

    def forget(self) -> None:
        """Something public has changed: whoever looks next asks the database, whatever was being
        read meanwhile.
        """
        with self._lock:
            self._forgotten += 1
            self._good_until = 0.0

    def _current(self) -> tuple[dict[str, str], int]:
        if time.monotonic() < self._good_until or len(self.fixed) == len(VARIABLES):
            return self._known
        began, forgotten = time.monotonic(), self._forgotten
        try:
            entered = _entered()
        except DatabaseError:
            entered = None
        with self._lock:
            if entered is not None:
                values = self._joined(entered)
                if values != self._known[0]:
                    self._known = (values, self._known[1] + 1)
            if (
                forgotten == self._forgotten
            ):  # what was read before a change must not be taken for what is after it
                self._good_until = began + GOOD_FOR
        return self._known

    def _joined(self, entered: Mapping[str, str]) -> dict[str, str]:
        return {
            name: self.fixed.get(name) or entered.get(name) or self._otherwise.get(name, "")
            for name in VARIABLES
        }


def _entered() -> dict[str, str]:
    if not apps.models_ready:
        return {}
    # By its name: the settings are read before any model can be imported.
    return (
        apps.get_model("portal", "SiteIdentity").objects.filter(pk=1).values(*VARIABLES).first()
        or {}
    )


def last_known() -> dict[str, str]:
    """What this process knows of the site, without asking the database."""
    return settings.SITE.last_known() if isinstance(settings.SITE, Site) else dict(settings.SITE)


def forget() -> None:
    """As `Site.forget()`."""
    if isinstance(settings.SITE, Site):
        settings.SITE.forget()


def labels_of(names: Iterable[str]) -> str:
    """What the fields are called at the desk."""
    model = apps.get_model("portal", "SiteIdentity")
    return "、".join(str(model._meta.get_field(name).verbose_name) for name in names)


def missing(names: tuple[str, ...] = REQUIRED) -> list[str]:
    """Which of these values nobody has given."""
    return [name for name in names if settings.SITE[name] in ("", UNNAMED)]
