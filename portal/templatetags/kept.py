"""Parts of every page that are the same for every reader until the server starts anew: rendered
once in each process.

The site's names may change meanwhile: another edition of them is another part.
"""

from django import template
from django.conf import settings

register = template.Library()
_parts = {}
MOST_PARTS = 2_000  # some 4 MB: what varies with a reader's words must not fill the memory


class KeptNode(template.Node):
    """`{% kept "name" variable … %}…{% endkept %}`: the part, once for each value of the variables."""

    def __init__(self, nodelist, name, variables):
        self.nodelist, self.name, self.variables = nodelist, name, variables

    def render(self, context):
        """The part as it was rendered first."""
        key = (
            self.name,
            getattr(settings.SITE, "edition", 0),
            *(variable.resolve(context) for variable in self.variables),
        )
        part = _parts.get(key)
        if part is None:
            part = self.nodelist.render(context)  # safe already: a template's own output
            if len(_parts) >= MOST_PARTS:
                _parts.clear()
            _parts[key] = part
        return part


def forget():
    """Render every part anew."""
    _parts.clear()


@register.tag
def kept(parser, token):
    """Only for what follows from settings, addresses and static files; and from the few values that
    are named.
    """
    _, name, *variables = token.split_contents()
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    return KeptNode(
        nodelist, name.strip("\"'"), [parser.compile_filter(variable) for variable in variables]
    )
