"""What an uploaded file says beside its content: who wrote it, where a photograph was taken. Taken
out before it is kept.

Nothing of what a reader sees changes. A file that cannot be cleaned for certain is left as it is;
what stands in it is then named by the checks (`Extraction.remarks`).
"""

from documents.cleaning.files import Cleaned, clean_upload
from documents.cleaning.pictures import without_metadata

__all__ = ["Cleaned", "clean_upload", "without_metadata"]
