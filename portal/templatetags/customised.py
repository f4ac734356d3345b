"""What pages link of the district's own folder (`custom/`): nothing where it does not lie there."""

from django import template

from portal.customising import folder

register = template.Library()


@register.simple_tag
def custom_stylesheet():
    """The address of the district's stylesheet, or an empty text."""
    return folder.stylesheet()


@register.simple_tag
def custom_logo():
    """The address of the picture beside the portal's name, or an empty text."""
    return folder.logo()
