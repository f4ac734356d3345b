"""Document numbers (发文字号) in the form of GB/T 9704-2012: `机关代字〔YYYY〕N号`."""

import re
import unicodedata

_BRACKETS = str.maketrans("[]()【】{}《》﹝﹞", "〔〕〔〕〔〕〔〕〔〕〔〕")
_WITH_BRACKETS = re.compile(r"(?P<organ>[^〔〕\d]+)〔(?P<year>\d{4})〕第?0*(?P<serial>\d+)号?")
_CLOSING_BRACKET_LOST = re.compile(
    r"(?P<organ>[^〔〕\d]+)〔(?P<year>(?:19|20)\d{2})0*(?P<serial>\d+)号?"
)


def normalise_document_number(text: str) -> str:
    """The number in its standard form, or the text stripped of blanks where it is no document
    number.

    Full-width forms, any kind of bracket, blanks inside, 第, leading zeros and a closing bracket
    lost by tag stripping (`〔202321号` → `〔2023〕21号`) are met on real pages and mended; 令第N号
    and the like are left as they are.
    """
    # Normalised again after the blanks are gone: taking one out can bring two combining marks
    # together.
    compact = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text or ""))
    compact = unicodedata.normalize("NFKC", compact).translate(_BRACKETS)
    match = _WITH_BRACKETS.fullmatch(compact) or _CLOSING_BRACKET_LOST.fullmatch(compact)
    if not match:
        return compact
    return f"{match['organ']}〔{match['year']}〕{match['serial']}号"
