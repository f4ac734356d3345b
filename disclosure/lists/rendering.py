"""What the making of a page knows beside Django's request: one object, handed on in the WSGI environ.

The page cache of `portal/` makes one for each page it has rendered for everybody; any other request
gets an empty one when somebody first asks.
"""

from dataclasses import dataclass

from django.http import HttpRequest

KEY = "lantai.rendering"


@dataclass
class Rendering:
    """`version`: of all that is public, where the page cache knows it already. `for_everybody`: the
    page is kept, and each of its deliveries is counted. `of_records_alone`: it shows nothing that a
    backup does not hold.

    Written while the page is made: `counted`, the key of the item whose page it is, and
    `version_found`, so that all that one page shows is of one moment.
    """

    version: str | None = None
    for_everybody: bool = False
    of_records_alone: bool = False
    counted: int | None = None
    version_found: str | None = None


def rendering(request: HttpRequest) -> Rendering:
    """The request's own."""
    return request.META.setdefault(KEY, Rendering())
