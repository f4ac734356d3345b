"""What a page of this portal is called and whose it is. This room knows no page: the front door
tells it (portal/front/named_pages.py).
"""

from dataclasses import dataclass

from catalog.models import Department


@dataclass(frozen=True)
class Page:
    """A page as it may be spoken of in public; without title and department where nothing public
    stands at the address.
    """

    title: str = ""
    department: Department | None = None


def _unknown(path):
    return Page()


_answer = _unknown


def ask(answer):
    """From now on `answer(path)` says what stands at a path: the front door's word, once, at the
    start.
    """
    global _answer
    _answer = answer


def page_at(path):
    """The `Page` at a path of this portal."""
    return _answer(path)
