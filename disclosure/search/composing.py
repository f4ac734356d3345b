"""What an item gives to the index, field by field."""

from documents.html.richtext import html_to_text
from search.days import local_day
from search.document import Document, field_runs, squashed

WRAPPED = ("pdf", "ofd")  # whose lines end anywhere


def compose(source):
    """The `Document` of what was read of an item (`reading.Source`)."""
    years = {source.created_on.year, local_day(source.listed_at).year, source.year} - {None}
    numbers = [source.document_number, source.index_number]
    # An item keeps the text of its body beside it; a report's sections may have changed since it
    # was saved.
    body = [source.text] if source.body is None else [html_to_text(source.body)]
    for title, html in source.sections:
        body += [title, html_to_text(html)]
    files = []
    for name, extension, text in source.files:
        files += [name, text.replace("\n", " ") if extension in WRAPPED else text]
    return Document(
        title=field_runs(source.title),
        numbers=field_runs(*numbers, *(f"{year}年" for year in sorted(years)))
        + squashed(*numbers, source.index_number.rpartition("/")[2]),
        organ=field_runs(*source.organs),
        summary=field_runs(source.summary, source.keywords),
        body=field_runs(*body),
        files=field_runs(*files),
    )
