"""One of several clerks who change the tree at the same time: `python -m catalog.tests.stress SEED
STEPS`.
"""

import os
import random
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")


def work(seed, steps):
    from catalog.locks import tree_write
    from catalog.models import Category

    chance = random.Random(seed)
    for step in range(steps):
        with tree_write():
            nodes = list(Category.objects.all())
            root = next(node for node in nodes if node.parent_id is None)
            others = [node for node in nodes if node.parent_id is not None]
            act = chance.random()
            if act < 0.55 or not others:
                name = f"{seed}-{step}"
                parent = chance.choice(nodes)
                Category.objects.create(
                    name=name, slug=name, parent=parent, position=chance.randrange(50)
                )
                continue
            node = chance.choice(others)
            if act < 0.85:
                targets = [
                    other for other in nodes if not other.is_descendant_of(node, include_self=True)
                ]
                node.parent = chance.choice(targets or [root])
                node.save()
            elif node.is_leaf_node():
                node.delete()


if __name__ == "__main__":
    django.setup()
    work(int(sys.argv[1]), int(sys.argv[2]))
