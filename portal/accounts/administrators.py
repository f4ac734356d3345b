"""The administrator that somebody makes at a terminal of the server: asked for in Chinese, noted in
the audit log.
"""

import getpass
from collections.abc import Callable

from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from ledger import audit
from ledger.models import AuditEvent


def ask_for_administrator(
    say: Callable[[str], object], *, username: str = "", email: str = ""
) -> User:
    """Ask for name and password until both will do, and make the account. No password that breaks
    the rules is taken.
    """
    while (fault := _fault_of(username)) is not None:
        if fault:
            say(f"  {fault}")
        username = input("登录名（字母、数字）：").strip()
    user = User(
        username=username,
        last_name=input("姓名：").strip(),
        email=email,
        is_staff=True,
        is_superuser=True,
    )
    user.set_password(_new_password(user, say))
    user.full_clean()
    user.save()
    audit.record(
        event=AuditEvent.ACCOUNT,
        account="命令行",
        act="新增",
        object_kind="auth.user",
        object_key=user.pk,
        object_name=user,
        detail={"after": {"username": user.username, "is_superuser": True}},
    )
    say(f"已建立管理员账号 {user.username}。")
    return user


def _fault_of(username: str) -> str | None:
    """What is wrong with a log-in, in words; nothing to say of an empty one; None where it will do."""
    if not username:
        return ""
    try:
        User._meta.get_field("username").clean(username, None)
    except ValidationError as error:
        return "；".join(error.messages)
    return (
        "这个登录名已经有人用了，请换一个。"
        if User.objects.filter(username=username).exists()
        else None
    )


def _new_password(user: User, say: Callable[[str], object]) -> str:
    """From the terminal, not shown; typed twice."""
    while True:
        password = getpass.getpass("口令（至少 10 位，包含三类字符，输入时不显示）：")
        try:
            validate_password(password, user)
        except ValidationError as error:
            say(f"  {'；'.join(error.messages)}")
            continue
        if password == getpass.getpass("再输入一次："):
            return password
        say("  两次输入的不同，请重新输入。")
