"""`manage.py createsuperuser`: Django's, asking and answering in Chinese."""

import sys

from django.contrib.auth.management.commands import createsuperuser
from django.core.management.base import CommandError

from portal.accounts.administrators import ask_for_administrator


class Command(createsuperuser.Command):
    """At a terminal it asks; with --noinput it takes name, address and password as Django's does
    (DJANGO_SUPERUSER_PASSWORD).
    """

    help = "建立管理员账号（超级管理员）。在终端中逐项提问；--noinput 时从选项和环境变量 DJANGO_SUPERUSER_PASSWORD 取值。"

    def handle(self, *args, **options):
        """Ask, or hand over to Django."""
        if options["interactive"]:
            self._ask(options["username"] or "", options["email"] or "")
            return
        super().handle(*args, **{**options, "verbosity": 0})
        if options["verbosity"]:
            self.stdout.write("已建立管理员账号。")

    def _ask(self, username, email):
        if not sys.stdin.isatty():
            raise CommandError(
                "这里不是终端，不能提问，没有建立账号。请在终端中运行，或者加上 --noinput。"
            )
        try:
            ask_for_administrator(self.stdout.write, username=username, email=email)
        except (KeyboardInterrupt, EOFError) as error:
            raise CommandError("已退出，没有建立账号。") from error
