"""What tells every page cache that something public has changed."""

from collections import Counter

from django.db import connection, models, transaction

FOLDED_FROM = 100  # rows that a reading may sum up; an eighth of a millisecond
FOLDED_AT_ONCE = 5_000  # rows a transaction
_STATEMENT = (
    "SELECT COALESCE(SUM(CASE WHEN takes_away THEN number ELSE 0 END), 0) AS taken, "
    "COALESCE(SUM(number), 0) AS changed FROM {table}"
)


class PublicStampQuerySet(models.QuerySet):
    """The stamps, and what they say together."""

    def bump(self, *, takes_away=False):
        """Note, inside the change's own transaction, that something public changes. It takes no
        lock: see the model.

        `takes_away`: something leaves the public's sight, so no older copy may be shown, come what
        may.
        """
        return self.create(takes_away=takes_away)

    def statement(self):
        """The text of one SELECT of `taken` and `changed`: how often something was taken away, how
        often anything changed.

        Both grow by one with every change that is committed, in whatever order, and never shrink.
        """
        return _STATEMENT.format(table=PublicStamp._meta.db_table)

    def reading(self):
        """A text that no later change leaves as it is, and no folding changes. One query."""
        with connection.cursor() as cursor:
            cursor.execute(self.statement())
            return ".".join(str(number) for number in cursor.fetchone())

    def fold(self):
        """Make one row for each kind of all that stand now; how many fewer there are. No reading
        changes by it.

        A change that commits meanwhile is not among the rows that were read, so it stays a row of
        its own whatever its id. Two that fold at once: the second waits at the rows' locks and then
        finds them gone.
        """
        gone = 0
        while self.count() > FOLDED_FROM:
            folded = self._fold_some()
            if not folded:
                break
            gone += folded
        return gone

    def _fold_some(self):
        with transaction.atomic():
            rows = self.select_for_update().order_by("pk").values_list("pk", "takes_away", "number")
            rows = list(rows[:FOLDED_AT_ONCE])
            numbers = Counter()
            for _, takes_away, number in rows:
                numbers[takes_away] += number
            if len(rows) <= len(numbers):
                return 0
            self.filter(pk__in=[pk for pk, _, _ in rows]).delete()
            self.bulk_create(
                PublicStamp(takes_away=kind, number=number) for kind, number in numbers.items()
            )
            return len(rows) - len(numbers)


class PublicStamp(models.Model):
    """One row a change of what the public sees; visible to others exactly when the change is.

    A single counter would make every publication wait for every other one, and an import hold up
    all clerks. Rows inserted side by side do not; `tick` folds those of the past into one
    (docs/decisions/0014-page-cache.md).
    """

    takes_away = models.BooleanField("撤下", default=False)
    # Without a value from a release before: one row was one change.
    number = models.BigIntegerField("变更次数", default=1, db_default=1)

    objects = PublicStampQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "公开内容变更"

    def __str__(self):
        return str(self.pk)
