"""The sheet 工作人员: accounts with their roles. Passwords are no part of a workbook: they are
made, shown once, and kept as hashes.
"""

import re
import secrets

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from catalog.models import Membership
from portal.accounts import passwords
from portal.setting_up.organs import Organs
from portal.setting_up.outcome import Change, Kind, Outcome
from portal.setting_up.records import put
from portal.setting_up.sheets import Row, Sheet

# Without what looks alike on paper: 0 and O, 1 and l and I.
_LETTERS, _CAPITALS, _FIGURES = "abcdefghjkmnpqrstuvwxyz", "ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789"
WORKS_FOR_ONE = {"信息员", "审核员"}


def new_password() -> str:
    """Twelve characters of three kinds in groups of four (68 bits), that the portal's own rules
    accept.
    """
    while True:
        text = "".join(secrets.choice(_LETTERS + _CAPITALS + _FIGURES) for _ in range(12))
        password = "-".join(text[start : start + 4] for start in range(0, 12, 4))
        try:
            validate_password(password)
        except ValidationError:
            continue
        return password


def prepare_passwords(rows: list[Row]) -> dict[str, tuple[str, str]]:
    """{log-in name: (password, its hash)} of the accounts that do not stand yet. Hashing takes
    long: before any lock.
    """
    names = {row.text("username") for row in rows} - {""}
    names -= set(User.objects.filter(username__in=names).values_list("username", flat=True))
    found = {}
    for name in sorted(names):
        password = new_password()
        found[name] = (password, make_password(password))
    return found


def put_staff(
    outcome: Outcome,
    sheet: Sheet,
    rows: list[Row],
    organs: Organs,
    faulty: set[str],
    *,
    by: User | None,
    ready: dict,
) -> None:
    """Accounts by their log-in names. `ready`: the passwords prepared; empty while nothing is to be
    kept.

    Roles and organs are added, never taken away: that is done on the account's own page, one by
    one.
    """
    seen: set[str] = set()
    for row in rows:
        name = row.text("username")
        if not name and "username" in row.spoilt:
            continue
        if not name:
            outcome.fault(row, "username", "缺少“登录名”。", sheet.columns[0].help)
        elif name.lower() in seen:
            outcome.fault(
                row,
                "username",
                f"登录名“{name}”出现了两次。",
                "一个人一行；几个角色、几个机构用“、”隔开。",
            )
        else:
            seen.add(name.lower())
            _put_one(outcome, sheet, row, organs, faulty, by=by, ready=ready)


def _put_one(
    outcome: Outcome,
    sheet: Sheet,
    row: Row,
    organs: Organs,
    faulty: set[str],
    *,
    by: User | None,
    ready: dict,
) -> None:
    name = row.text("username")
    user = User.objects.filter(username=name).first() or User(username=name, is_staff=True)
    is_new = user._state.adding
    if is_new and (twin := User.objects.filter(username__iexact=name).first()):
        outcome.fault(
            row,
            "username",
            f"已有账号“{twin.username}”，只有大小写不同。",
            "请照已有的写法填写，或者换一个登录名。",
        )
        return
    before = len(outcome.faults)
    roles = _roles(outcome, row)
    works_for = [
        organ
        for word in _words(row.text("departments"))
        if (organ := organs.find(outcome, row, "departments", word, faulty))
    ]
    if is_new:
        _require(outcome, sheet, row, roles)
    if (refusal := _refusal(user, roles, by)) and not is_new:
        outcome.fault(
            row, "username", refusal, "请从表中删去这一行，由另一位管理员在账号页面办理。"
        )
    if len(outcome.faults) > before:
        return
    values = {
        attribute: row.text(attribute)
        for attribute in ("last_name", "email")
        if row.text(attribute)
    }
    if is_new:
        password, user.password = ready.get(name, ("", make_password(None)))
    if put(outcome, sheet, row, user, values):
        _join(outcome, sheet, row, user, roles, works_for, is_new=is_new)
        if is_new and name in ready:
            passwords.remember(user)
            passwords.set_by_another(user)
            outcome.passwords.append((name, user.last_name, password))


def _require(outcome: Outcome, sheet: Sheet, row: Row, roles: list[Group]) -> None:
    for attribute in ("last_name", "groups"):
        column = sheet.column(attribute)
        if not row.text(attribute) and attribute not in row.spoilt:
            outcome.fault(row, attribute, f"缺少“{column.heading}”。", column.help)
    if WORKS_FOR_ONE & {role.name for role in roles} and not row.text("departments"):
        outcome.fault(
            row, "departments", "信息员和审核员必须写明所属机构。", sheet.column("departments").help
        )


def _refusal(user: User, roles: list[Group], by: User | None) -> str:
    """Why this account may not be changed by that person; the rules of the account's own page
    (portal/admin.py).
    """
    if by is None or by.is_superuser:
        return ""
    if user.is_superuser:
        return "这是超级用户的账号，只有超级用户可以修改。"
    if user.pk == by.pk and {role.pk for role in roles} - set(
        user.groups.values_list("pk", flat=True)
    ):
        return "不能给自己增加角色。"
    return ""


def _roles(outcome: Outcome, row: Row) -> list[Group]:
    found = []
    for word in _words(row.text("groups")):
        if group := Group.objects.filter(name=word).first():
            found.append(group)
        else:
            known = "、".join(Group.objects.order_by("pk").values_list("name", flat=True))
            outcome.fault(row, "groups", f"没有“{word}”这个角色。", f"请从这些角色中选：{known}。")
    return found


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[;；、,，]+|\s{2,}", text) if word.strip()]


def _join(
    outcome: Outcome,
    sheet: Sheet,
    row: Row,
    user: User,
    roles: list[Group],
    works_for: list,
    *,
    is_new: bool,
) -> None:
    """Add roles and organs; an account that was the same till now has changed then."""
    new_roles = [role for role in roles if not user.groups.filter(pk=role.pk).exists()]
    known = set(user.memberships.values_list("department_id", flat=True))
    new_organs = [organ for organ in dict.fromkeys(works_for) if organ.pk not in known]
    user.groups.add(*new_roles)
    for organ in new_organs:
        Membership.objects.create(user=user, department=organ)
    if is_new or not (new_roles or new_organs):
        return
    last = outcome.changes.pop()
    added = [("角色", "", f"增加{'、'.join(role.name for role in new_roles)}")] if new_roles else []
    added += (
        [("所属机构", "", f"增加{'、'.join(organ.name for organ in new_organs)}")]
        if new_organs
        else []
    )
    outcome.changes.append(
        Change(last.sheet, last.place, last.name, Kind.CHANGED, (*last.details, *added))
    )
