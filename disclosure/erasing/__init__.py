"""依法删除: where words of an item may stand, and how each place loses them
(docs/decisions/0077-what-holds-words.md).

Every column of every model that can hold text is declared: by the function that erases it
(`registry.erases`), or as one that never holds an item's words, with the reason
(`registry.holds_none`). A test walks all models, so a new column cannot be forgotten. Other rooms
declare theirs in a module of this name, which their `hooks.py` names.
"""

from disclosure.erasing.registry import ERASERS, erase_everywhere
from disclosure.erasing.words import Words

__all__ = ["ERASERS", "Words", "erase_everywhere"]
