"""What stands in relation to an item, at the foot of its page."""

from django import template

from disclosure.lists.relations import effects_of, same_project

register = template.Library()


@register.inclusion_tag("partials/item_relations.html")
def relations(item, node):
    """Interpretations, what it amends and repeals, its validity, and its procurement project.
    `node`: its category's place in the visible tree, or None.
    """
    return {"item": item, "effects": effects_of(item), "project": same_project(item, node)}
