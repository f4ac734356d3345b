"""Templates of the district that stand in the place of ours, and whether ours have changed since.

The first line of an override names the template it was copied from and the SHA-256 of its bytes
then: `{# 原件 partials/footer.html sha256:… #}`. `manage.py customise` writes it.
"""

import enum
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.template import TemplateDoesNotExist, engines
from django.template.loaders import app_directories, filesystem

from portal.customising import folder

MARK = re.compile(r"\A\{# 原件 (?P<name>\S+) sha256:(?P<digest>[0-9a-f]{64}) #\}\n?")


class State(enum.Enum):
    """How an override stands to the template it replaces."""

    CURRENT = "与现在的原件对应"
    OUTDATED = "原件在复制之后改过"
    UNMARKED = "没有写明从哪一版的原件复制"
    GONE = "这一版已经没有这个原件"
    OWN = "本区自己的模板，没有原件"


@dataclass(frozen=True)
class Override:
    """A file of the district's `templates/`. `name` is the template's name, as in `{% include %}`."""

    name: str
    text: str
    original: str | None

    @property
    def state(self) -> State:
        """Compared by the mark; where there is none nobody can know."""
        mark = MARK.match(self.text)
        if self.original is None:
            return State.GONE if mark else State.OWN
        if not mark:
            return State.UNMARKED
        return State.CURRENT if mark["digest"] == digest(self.original) else State.OUTDATED

    @property
    def body(self) -> str:
        return MARK.sub("", self.text)


def digest(text: str) -> str:
    """SHA-256 of a template's text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def marked(name: str, original: str, body: str) -> str:
    """The text of an override. What is no HTML begins with what it began with: nothing may stand
    before `<?xml`.
    """
    return (
        f"{{# 原件 {name} sha256:{digest(original)} #}}"
        + ("\n" if name.endswith(".html") else "")
        + body
    )


def original(name: str) -> str | None:
    """The text of the template that would be used without the district's folder; None where there
    is none.
    """
    engine = engines["django"].engine
    for loader in (
        filesystem.Loader(engine, [settings.BASE_DIR / "templates"]),
        app_directories.Loader(engine),
    ):
        for origin in loader.get_template_sources(name):
            try:
                return loader.get_contents(origin)
            except TemplateDoesNotExist:
                continue
    return None


def path_of(name: str) -> Path:
    """Where an override of that name lies."""
    return folder.templates() / name


def overrides() -> list[Override]:
    """All of the district's templates that can be read, by name."""
    found = []
    for path in folder.files(folder.templates()):
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            continue  # each has a symptom of its own
        name = path.relative_to(folder.templates()).as_posix()
        found.append(Override(name, text, original(name)))
    return found
