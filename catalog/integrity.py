"""Is the category tree sound, and if not, make it so. Parent links are the truth; mptt's columns
are derived from them.
"""

from collections import defaultdict
from dataclasses import dataclass
from itertools import groupby, pairwise
from operator import itemgetter

from django.db import connection

from catalog.locks import tree_write
from catalog.models import Category

NAME_LENGTH = Category._meta.get_field("name").max_length


@dataclass
class Row:
    """One category as the database holds it."""

    pk: int
    name: str
    parent: int | None
    position: int
    lft: int
    rght: int
    level: int
    tree_id: int

    def __str__(self):
        return f"栏目“{self.name}”（编号 {self.pk}）"


def tree_faults():
    """Every violated invariant of the tree as a Chinese sentence; empty where it is sound.

    One query for the rows and one look at the table's indexes: cheap enough for a health check.
    """
    rows = _rows()
    return [
        *_root_faults(rows),
        *_link_faults(rows),
        *_nesting_faults(rows),
        *_edge_faults(rows),
        *_order_faults(rows),
        *_index_faults(),
    ]


def repair_tree():
    """Cut cycles, bring all roots under one, rebuild mptt's columns and index. Returns what was
    done, in sentences.
    """
    done = []
    with tree_write():
        _cut_cycles(done)
        _merge_roots(done)
        Category.objects.rebuild()
        done.append("已按上级关系重新计算全部栏目的位置。")
    if list(_index_faults()):
        with connection.schema_editor() as editor:
            editor.add_index(
                Category, next(i for i in Category._meta.indexes if i.fields == ["tree_id", "lft"])
            )
        done.append("已补建 (tree_id, lft) 索引。")
    return done


def _rows():
    names = ("pk", "name", "parent_id", "position", "lft", "rght", "level", "tree_id")
    return {
        values[0]: Row(*values) for values in Category.objects.order_by("pk").values_list(*names)
    }


def _reachable(rows):
    """Ids of the rows whose parents lead to a root; the rest stand in or below a cycle."""
    children = defaultdict(list)
    for row in rows.values():
        children[row.parent].append(row.pk)
    found, waiting = set(), [None]
    while waiting:
        below = children[waiting.pop()]
        found.update(below)
        waiting.extend(below)
    return found


def _root_faults(rows):
    roots = [row for row in rows.values() if row.parent is None]
    if len(roots) > 1:
        yield f"根栏目应当只有一个，现有 {len(roots)} 个：{'、'.join(map(str, roots))}。"
    if rows and not roots:
        yield "没有根栏目。"
    for row in roots:
        if row.level != 0:
            yield f"{row}是根栏目，层级应为 0，现为 {row.level}。"


def _link_faults(rows):
    reachable = _reachable(rows)
    for row in rows.values():
        parent = rows.get(row.parent)
        if row.parent is not None and parent is None:
            yield f"{row}的上级栏目（编号 {row.parent}）不存在。"
        elif row.pk not in reachable:
            yield f"{row}的上级关系成环，或者在成环的栏目之下。"
        elif parent and row.tree_id != parent.tree_id:
            yield f"{row}的 tree_id 为 {row.tree_id}，与上级栏目的 {parent.tree_id} 不同。"
        if parent and row.level != parent.level + 1:
            yield f"{row}的层级应为 {parent.level + 1}，现为 {row.level}。"


def _nesting_faults(rows):
    for row in rows.values():
        parent = rows.get(row.parent)
        if row.lft >= row.rght:
            yield f"{row}的左边界 {row.lft} 不小于右边界 {row.rght}。"
        if parent and not (parent.lft < row.lft and row.rght < parent.rght):
            yield f"{row}的边界 {row.lft}–{row.rght} 不在上级栏目的 {parent.lft}–{parent.rght} 之内。"


def _edge_faults(rows):
    edges = defaultdict(list)
    for row in rows.values():
        edges[row.tree_id] += [row.lft, row.rght]
    for tree_id, found in edges.items():
        if sorted(found) != list(range(1, len(found) + 1)):
            yield f"树 {tree_id} 的左右边界应当正好是 1 至 {len(found)}，有重复或者缺号。"


def _order_faults(rows):
    siblings = defaultdict(list)
    for row in sorted(rows.values(), key=lambda row: row.lft):
        siblings[row.parent].append(row)
    for family in siblings.values():
        # By position alone: how names compare is the database's own affair.
        for before, after in pairwise(family):
            if before.parent is not None and before.position > after.position:
                yield f"{before}排在{after}之前，与它们的排序号不符。"


def _index_faults():
    if ["tree_id", "lft"] not in _indexes():
        yield "数据库缺少 (tree_id, lft) 索引，目录页面会变慢。"


def _indexes():
    """The columns of each index of the table. Django parses the table's SQL on SQLite, which takes
    longer than all the rest of the look.
    """
    table = Category._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT one.name, part.name FROM pragma_index_list(%s) AS one, pragma_index_info(one.name) AS part ORDER BY 1, part.seqno",
                [table],
            )
            rows = cursor.fetchall()
            return [
                [column for _, column in index] for _, index in groupby(rows, key=itemgetter(0))
            ]
        found = connection.introspection.get_constraints(cursor, table)
    return [one["columns"] for one in found.values() if one["index"]]


def _cut_cycles(done):
    """Hang one member of each cycle, and every orphan, on the root; with no root left, one becomes
    the root.
    """
    rows = _rows()
    while stray := sorted(rows.keys() - _reachable(rows)):
        row = _in_cycle(rows, stray[0])
        root = min(
            (other for other in rows.values() if other.parent is None),
            key=lambda other: other.pk,
            default=None,
        )
        _attach(row, root, rows)
        done.append(
            f"{row}的上级关系成环，已改挂到{root}之下。"
            if root
            else f"{row}的上级关系成环，已改为根栏目。"
        )


def _in_cycle(rows, pk):
    """Walk up until a row comes twice (it stands in a cycle) or its parent is missing."""
    seen = set()
    while pk not in seen and rows[pk].parent in rows:
        seen.add(pk)
        pk = rows[pk].parent
    return rows[pk]


def _merge_roots(done):
    rows = _rows()
    roots = [row for row in rows.values() if row.parent is None]
    if len(roots) < 2:
        return
    keep = max(roots, key=lambda root: (_size(rows, root.pk), -root.pk))
    for row in roots:
        if row is not keep:
            _attach(row, keep, rows)
            done.append(f"{row}是多余的根栏目，已改挂到{keep}之下。")


def _size(rows, root):
    children = defaultdict(list)
    for row in rows.values():
        children[row.parent].append(row.pk)
    waiting, size = [root], 0
    while waiting:
        size += 1
        waiting += children[waiting.pop()]
    return size


def _attach(row, root, rows):
    """Change the parent link alone: mptt's own save would trust columns that are wrong."""
    row.parent = root.pk if root else None
    names = {
        other.name for other in rows.values() if other.parent == row.parent and other.pk != row.pk
    }
    if row.name in names:  # one name once under a parent
        suffix = f"（编号{row.pk}）"
        row.name = row.name[: NAME_LENGTH - len(suffix)] + suffix
    Category.objects.filter(pk=row.pk).update(parent=row.parent, name=row.name)
