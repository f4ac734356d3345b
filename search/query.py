"""What a reader typed, understood: words, "phrases", -exclusions, numbers."""

import re
from dataclasses import dataclass, replace

from documents.customs.document_numbers import normalise_document_number
from documents.folding import runs, squash

MOST_WORDS = 16
MOST_NUMBERS = 4
MOST_WAYS = 8  # ways to say one word that are looked for, synonyms included
_QUOTES = str.maketrans(dict.fromkeys("“”„‟「」『』＂", '"'))
_WORD = re.compile(r'-?"[^"]*"|[^\s"]+')
_MINUS = ("-", "－", "﹣", "−")
_NUMBER = re.compile(
    r"([^\W\d]+)((?:19|20)\d\d)(\d+号?)?"
)  # 松政规2020 1号: a document number without its brackets
_YEAR = re.compile(r"(?:19|20)\d\d年?")


@dataclass(frozen=True)
class Word:
    """One word of a query: each of its `ways` is a tuple of runs, all of which must occur for the
    way to be met.
    """

    ways: tuple[tuple[str, ...], ...]
    is_phrase: bool = False  # in quotes: not to be taken apart


@dataclass(frozen=True)
class Query:
    """All words must be met, none of `without`. `characters` is set instead where single characters
    are all there is.
    """

    text: str
    words: tuple[Word, ...] = ()
    without: tuple[tuple[str, ...], ...] = ()
    characters: tuple[str, ...] = ()
    is_cut: bool = False  # more words than are looked for

    @property
    def is_empty(self):
        """Nothing in it that could be looked for: marks alone, or nothing."""
        return not (self.words or self.characters)

    @property
    def runs(self):
        """Every run that may be met, for highlighting, the longest first."""
        found = {run for word in self.words for way in word.ways for run in way} | set(
            self.characters
        )
        return sorted(found, key=lambda run: (-len(run), run))

    @property
    def numbers(self):
        """The query and each of its words as 发文字号 or 索引号 would be compared, where they might
        be one.
        """
        found = {}
        for text in (self.text, *self.text.split()):
            number = squash(normalise_document_number(text))
            if len(number) > 4 and any(map(str.isdigit, number)) and not _YEAR.fullmatch(number):
                found[number] = None
        return list(found)[:MOST_NUMBERS]

    @property
    def number(self):
        """The query as a 发文字号, where it is nothing else."""
        number = squash(normalise_document_number(self.text))
        found = _NUMBER.fullmatch(number)
        return number if found and found[3] else ""

    @property
    def years(self):
        """Years named by a word of their own."""
        return [int(word[:4]) for word in map(squash, self.text.split()) if _YEAR.fullmatch(word)]

    def stands_in(self, found_runs):
        """Whether every word stands in these runs of one field. What is excluded is not asked."""
        if self.characters:
            return all(any(character in run for run in found_runs) for character in self.characters)
        return all(any(_all_stand(way, found_runs) for way in word.ways) for word in self.words)

    def with_synonyms(self, synonyms):
        """The query with every way that `synonyms` ({word: other words}, folded) know to say its
        words.
        """
        return replace(self, words=tuple(_widen(word, synonyms) for word in self.words))


def parse(text):
    """The `Query` in a text of any kind; nothing is an error."""
    taken = _WORD.findall(text.translate(_QUOTES))
    wanted = [word for word in taken if not _is_exclusion(word)]
    if not any(map(runs, wanted)):  # exclusions alone are meant as they stand
        wanted, taken = taken, []
    groups = [runs(word) for word in wanted[:MOST_WORDS]]
    long = [
        (tuple(run for run in group if len(run) > 1), '"' in word)
        for group, word in zip(groups, wanted, strict=False)
    ]
    words = tuple(dict.fromkeys(_word(group, is_phrase) for group, is_phrase in long if group))
    single = (
        ()
        if words
        else tuple(
            dict.fromkeys(character for group in groups for run in group for character in run)
        )
    )
    without = [
        tuple(run for run in runs(word) if len(run) > 1) for word in taken if _is_exclusion(word)
    ]
    is_cut = len(wanted) > MOST_WORDS
    return Query(text, words, tuple(filter(None, without))[:MOST_WORDS], single, is_cut)


def _word(group, is_phrase):
    if len(group) == 1 and (number := _NUMBER.fullmatch(group[0])):
        parts = tuple(part for part in number.groups() if part and len(part) > 1)
        return Word((group, parts) if parts != group else (group,), is_phrase)
    return Word((group,), is_phrase)


def _all_stand(way, found_runs):
    return all(any(wanted in run for run in found_runs) for wanted in way)


def _is_exclusion(word):
    return word.startswith(_MINUS) and len(word) > 1


def _widen(word, synonyms):
    ways = list(word.ways)
    for way in word.ways:
        for place, run in enumerate(way):
            for known, others in synonyms.items():
                if known in run:
                    ways += [
                        (*way[:place], run.replace(known, other), *way[place + 1 :])
                        for other in others
                    ]
    return Word(tuple(dict.fromkeys(ways))[:MOST_WAYS], word.is_phrase)
