"""Putting one record of the data files on the shelf as an item."""

import datetime as dt
import hashlib
from dataclasses import dataclass, field

from django.core.files import File
from django.utils import timezone

from catalog.models import Category, Department
from disclosure.acts import record_first_revision, remove_item, withdraw_item
from disclosure.choices import Status
from disclosure.models import Attachment, IndexSerial, Item, Theme, Validity
from portal.demonstration.data import attachment_path

COPIED = (
    "title",
    "document_number",
    "genre",
    "keywords",
    "summary",
    "issuer",
    "source",
    "disclosure_mode",
    "term",
)


@dataclass
class Shelf:
    """What a record's words stand for in this database, and which records are there already.

    A record is known by its index number, a draft by its title: what is there is left as people
    have made it since.
    """

    today: dt.date = field(default_factory=timezone.localdate)

    def __post_init__(self):
        self.departments = {department.slug: department for department in Department.objects.all()}
        self.categories = {category.slug: category for category in Category.objects.all()}
        self.themes = {str(theme): theme for theme in Theme.objects.select_related("parent")}
        rows = Item.objects.values_list("index_number", "title", "pk")
        self.items = {number or title: pk for number, title, pk in rows}

    def key(self, record):
        """What the record is known by."""
        if number := record.get("number"):
            return (
                number
                if "/" in number
                else f"{self.departments[record['department']].code}/{number}"
            )
        return record["title"]

    def has(self, record):
        """Whether the record is in the database."""
        return self.key(record) in self.items

    def day(self, value):
        """A day of the data: a date, or a number of days before today (negative: to come)."""
        return (
            self.today - dt.timedelta(value)
            if isinstance(value, int)
            else dt.date.fromisoformat(value)
        )

    def moment(self, value, key):
        """An office hour of a day of the data, the same at every run."""
        minutes = int(hashlib.sha256(key.encode()).hexdigest(), 16) % 420
        time = (
            dt.datetime.combine(self.day(value), dt.time(8, 45)) + dt.timedelta(minutes=minutes)
        ).replace(second=0)
        return timezone.make_aware(time)

    def add(self, record, body):
        """Create the item of a record with all that hangs on it; return it."""
        item = Item.objects.create(body=body, **self._fields(record))
        self.items[self.key(record)] = item.pk
        item.joint_departments.set(self.departments[slug] for slug in record.get("joint", ()))
        item.further_categories.set(self.categories[slug] for slug in record.get("further", ()))
        for position, name in enumerate(record.get("attachments", ())):
            self._attach(item, name, position)
        return item

    def relate(self, record):
        """Link an item to what it interprets and to what changed its validity, once all items are
        there.
        """
        item = Item.objects.get(pk=self.items[self.key(record)])
        item.interprets.set(
            self.items[number] for number in map(self._full, record.get("interprets", ()))
        )
        for state, starts_on, *because in record.get("validity", ()):
            because_of = self.items[self._full(because[0])] if because else None
            Validity.objects.create(
                item=item, state=state, starts_on=self.day(starts_on), because_of_id=because_of
            )

    def put_on_record(self, record):
        """Revision 1 and the register's entry of a public item; then its withdrawal, where that is
        what it shows.
        """
        item = Item.objects.get(pk=self.items[self.key(record)])
        if item.status != Status.PUBLISHED:
            return
        record_first_revision(item=item, note="演示内容")
        if record.get("status") == Status.WITHDRAWN:
            take_away = remove_item if record.get("removed_by_law") else withdraw_item
            moment = self.moment(record["withdrawn"], self.key(record))
            take_away(item=item, by=None, reason=record["reason"], at=moment)

    def _full(self, reference):
        """`organ slug/YYYY-NNNNN` as the index number it means."""
        slug, serial = reference.split("/")
        return f"{self.departments[slug].code}/{serial}"

    def _fields(self, record):
        key, fields = self.key(record), {name: record[name] for name in COPIED if name in record}
        published_on = record.get("published", record["created"])
        fields |= {
            "department": self.departments[record["department"]],
            "category": self.categories[record["category"]],
            "theme": self.themes[record["theme"]] if record.get("theme") else None,
            "created_on": self.day(record["created"]),
            "status": Status.DRAFT if record.get("status") == Status.DRAFT else Status.PUBLISHED,
            "disclosed_until": self.day(record["until"]) if "until" in record else None,
        }
        if fields["status"] == Status.DRAFT:
            return fields
        fields |= {"index_number": key, "published_at": self.moment(published_on, key)}
        if (
            "original" in record
        ):  # a document of another site: its first day of publication stays apart from ours
            now = timezone.now()
            original = dt.datetime.fromisoformat(record["original"])
            fields |= {
                "originally_published_at": timezone.make_aware(original),
                "imported_at": now,
                "published_at": now,
            }
        return fields

    @staticmethod
    def _attach(item, name, position):
        shown, _, file_name = name.partition("|")
        with attachment_path(file_name or shown).open("rb") as file:
            Attachment.objects.create(
                item=item, position=position, name=shown, file=File(file, name=file_name or shown)
            )


def raise_serials(keys):
    """Lift the counters over the serials the demonstration uses, so that no clerk's item is given
    one of them.
    """
    codes = dict(Department.objects.values_list("code", "pk"))
    highest = {}
    for key in keys:
        code, _, rest = key.rpartition("/")
        year, _, serial = rest.partition("-")
        if code in codes and year.isdigit() and serial.isdigit():
            place = (codes[code], int(year))
            highest[place] = max(highest.get(place, 0), int(serial))
    for (department_id, year), serial in highest.items():
        IndexSerial.objects.get_or_create(department_id=department_id, year=year)
        IndexSerial.objects.filter(department_id=department_id, year=year, last__lt=serial).update(
            last=serial
        )
