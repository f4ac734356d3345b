"""One demonstration account a role. They have a known password, so they exist in demonstrations
only.
"""

from django.contrib.auth.models import Group, User

from catalog.models import Department, Membership
from portal.demonstration.guard import refuse_where_real

PASSWORD = "songbei-demo-2026"  # noqa: S105 — printed for everybody to see, and refused outside DEMO
# (user name, role, organ, name shown)
ACCOUNTS = (
    ("clerk", "信息员", "finance-bureau", "示例信息员"),
    ("reviewer", "审核员", "finance-bureau", "示例审核员"),
    ("office", "公开办", "songbei-office", "示例公开办"),
    ("auditor", "审计员", "audit-bureau", "示例审计员"),
    ("sysadmin", "系统管理员", "songbei-office", "示例系统管理员"),
    ("security", "安全管理员", "songbei-office", "示例安全管理员"),
)


def seed_accounts():
    """Make the accounts that are missing; return how many. An account that stands keeps its
    password and roles.
    """
    refuse_where_real()
    made = 0
    for username, role, organ, shown_name in ACCOUNTS:
        if User.objects.filter(username=username).exists():
            continue
        user = User.objects.create_user(
            username, password=PASSWORD, is_staff=True, last_name=shown_name
        )
        user.groups.add(Group.objects.get(name=role))
        Membership.objects.create(user=user, department=Department.objects.get(slug=organ))
        made += 1
    return made
