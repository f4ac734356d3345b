"""Citing an item in the form of GB/T 7714: 责任者. 题名: 文号[类型/OL]. (更新日期)[引用日期].
获取和访问路径.
"""

from django.utils import timezone

from disclosure.files.facts import absolute

MOST_NAMES = 3  # more are written 等
ARCHIVED, REPORT, ONLINE = "A/OL", "R/OL", "EB/OL"  # 公文; 报告; 其他网上信息


def citation(item, revision, *, read_on):
    """The citation in one line. The address is the one named by the revision's hash, where there is
    a revision: it says which state was read. `read_on`: 引用日期.
    """
    title = f"{item.title}: {item.document_number}" if item.document_number else item.title
    updated_on = timezone.localtime(revision.published_at if revision else item.listed_at).date()
    address = revision.get_citation_url() if revision else item.get_absolute_url()
    return (
        f"{_authors(item)}. {title}[{_kind(item)}]. ({updated_on})[{read_on}]. {absolute(address)}."
    )


def _authors(item):
    names = [
        item.issuer or item.department.name,
        *(organ.name for organ in item.joint_organs),
    ]
    return ", ".join([*names[:MOST_NAMES], *(["等"] if len(names) > MOST_NAMES else [])])


def _kind(item):
    if item.report:
        return REPORT
    return ARCHIVED if item.document_number else ONLINE
