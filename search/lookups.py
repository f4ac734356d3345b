"""Two ways to write a condition which the databases answer faster."""

from django.core.exceptions import EmptyResultSet
from django.db.models import Func
from django.db.models.lookups import Lookup


class WithoutIndex(Func):
    """A column that is compared, but by which no index is entered.

    Without statistics SQLite takes a range of `published_at` for a narrow one. It holds every
    public item, and all would be sorted for one page, instead of twenty being read in the order of
    another index.
    """

    template = "%(expressions)s"
    arity = 1

    def as_sqlite(self, compiler, connection, **context):
        """`+column`, as SQLite's manual has it."""
        return self.as_sql(compiler, connection, template="+%(expressions)s", **context)


class InKeys(Lookup):
    """A number is one of a thousand: written into the statement, where each as a parameter costs
    more than the rest of it.
    """

    lookup_name = "in_keys"
    prepare_rhs = False

    def __init__(self, lhs, keys):
        super().__init__(lhs, ", ".join(str(int(key)) for key in keys))

    def as_sql(self, compiler, connection):
        """`column IN (1, 2, 3)`."""
        if not self.rhs:
            raise EmptyResultSet
        column, params = self.process_lhs(compiler, connection)
        return f"{column} IN ({self.rhs})", params
