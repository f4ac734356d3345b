"""A reader's preferences: font size, contrast, view for the elderly. Pages never differ by them.

One cookie holds three words; `/preferences.css` turns them into a tiny stylesheet that every page
links. So a page is the same bytes for every reader and may be kept by any cache, and all of it
works with JavaScript off.
"""

from dataclasses import astuple, dataclass, replace

from django.templatetags.static import static

COOKIE = "prefs"
COOKIE_AGE = 365 * 24 * 3600

# Root size as a share of the browser's own (16 px unless its user says otherwise), and in points on
# paper.
SIZES = {
    "s": ("100%", "12pt"),
    "m": ("112.5%", "13.5pt"),
    "l": ("131.25%", "16pt"),
    "xl": ("156.25%", "19pt"),
}
CONTRASTS = ("normal", "high")
VIEWS = ("standard", "elder")
CHOICES = {"size": tuple(SIZES), "contrast": CONTRASTS, "view": VIEWS}


class UnknownPreferenceError(ValueError):
    """A value no control of ours sends."""


@dataclass(frozen=True)
class Preferences:
    """What one reader chose."""

    size: str = "m"
    contrast: str = "normal"
    view: str = "standard"

    @classmethod
    def from_cookie(cls, value):
        """Read the cookie. Every word belongs to one field only; a word we do not know is ignored."""
        words = (value or "")[:100].split(".")
        return cls(
            **{field: word for field, known in CHOICES.items() for word in words if word in known}
        )

    def changed_by(self, data):
        """These preferences with the fields of a posted form. Raises UnknownPreferenceError."""
        changes = {field: data[field] for field in CHOICES if field in data}
        if any(value not in CHOICES[field] for field, value in changes.items()):
            raise UnknownPreferenceError(sorted(changes))  # not what was sent: it goes into the log
        return replace(self, **changes)

    def to_cookie(self):
        return ".".join(astuple(self))

    def stylesheet(self):
        """The stylesheet of these preferences; it stands outside all cascade layers, and so above
        them.
        """
        size = "xl" if self.view == "elder" else self.size  # 适老化: at least 18 pt
        on_screen, on_paper = SIZES[size]
        lines = []
        # Imports come first in a stylesheet, and are files of their own: a browser keeps them.
        if self.contrast == "high":
            lines.append(f'@import url("{static("css/high-contrast.css")}") screen;')
        if self.view == "elder":
            lines.append(f'@import url("{static("css/elder.css")}");')
        lines += [
            f":root {{ font-size: {on_screen}; }}",
            f"@media print {{ :root {{ font-size: {on_paper}; }} }}",
            _show_as_chosen(f'[name="size"][value="{size}"]'),
        ]
        # Of each pair of buttons (switch on, switch off) the one that would change nothing is left
        # out.
        for field in ("contrast", "view"):
            lines.append(
                f'.preference[name="{field}"][value="{getattr(self, field)}"] {{ display: none; }}'
            )
        return "\n".join(lines) + "\n"


def _show_as_chosen(selector):
    """Inverse colours, and words for those who do not see them."""
    return (
        f".preference{selector} {{ background: var(--ink); color: var(--paper); font-weight: 700; }}\n"
        f'.preference{selector}::after {{ content: "（已选）"; position: absolute; inline-size: 1px; block-size: 1px; '
        "overflow: hidden; clip-path: inset(50%); white-space: nowrap; }"
    )
