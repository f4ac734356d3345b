"""What can go wrong while a file is made, for the page that says so."""


class ExportError(Exception):
    """A file could not be made."""


class TooLargeError(ExportError):
    """The document is beyond the bounds of its format: time, memory or pages."""


class ConversionError(ExportError):
    """The program that makes the format refused the document."""


class BusyError(ExportError):
    """All places for heavy work are taken."""


class NothingToExportError(ExportError):
    """The document has nothing this format could hold: no table."""
