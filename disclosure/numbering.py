"""Giving index numbers."""

from disclosure.models import IndexSerial, Item


def next_index_number(department, year):
    """`机构代码/YYYY-NNNNN` for an item the department makes public in `year`. Call inside a
    transaction.

    A number an imported item already carries is passed over.
    """
    while True:
        number = f"{department.code}/{year}-{IndexSerial.objects.take(department, year):05d}"
        if not Item.objects.filter(index_number=number).exists():
            return number
