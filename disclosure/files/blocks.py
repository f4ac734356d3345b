"""The few blocks that files are laid out of beside bodies and tables."""


def run(text, href=""):
    """A stretch of text, a link where it leads somewhere."""
    return {"s": text, "m": [], "href": href} if href else {"s": text, "m": []}


def heading(text):
    """A heading of the second level."""
    return {"t": "h", "level": 2, "c": [run(text)]}


def paragraph(text):
    """A paragraph of plain text."""
    return {"t": "p", "c": [run(text)]}


def entries(rows, *, ordered=False):
    """A list; each row its runs."""
    items_ = [[{"t": "p", "c": runs}] for runs in rows]
    return {"t": "list", "ordered": ordered, "start": 1, "items": items_}


def items(texts):
    """A list of plain texts."""
    return entries([[run(text)] for text in texts])
