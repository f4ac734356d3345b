"""`manage.py work`: do the jobs that wait, until told to stop."""

import logging
import os
import signal
import time
from pathlib import Path

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections

from background.jobs import take_up_what_was_left
from background.workers import heartbeat

ASKED_EVERY = 1  # seconds
ASKED_AGAIN_AFTER = 5  # seconds, where the database is away or busy
logger = logging.getLogger(__name__)


def work_until_told(verbosity):
    """The library's worker ends where it cannot ask the database; nobody starts that of `make run`
    again.
    """
    while True:
        try:
            call_command(
                "db_worker",
                queue_name="*",
                interval=ASKED_EVERY,
                reload=False,
                verbosity=min(verbosity, 1),
            )
            return
        except DatabaseError:
            logger.warning("The worker could not ask for jobs, and asks again", exc_info=True)
            for number in (
                signal.SIGINT,
                signal.SIGTERM,
            ):  # the worker that has ended listens to them no more
                signal.signal(number, signal.SIG_DFL)
            close_old_connections()
            time.sleep(ASKED_AGAIN_AFTER)


class Command(BaseCommand):
    """The worker of django-tasks-db, with a heartbeat and an eye on what others left behind."""

    help = "办理后台任务（生成文件、数据包、发送邮件），直到收到停止信号；正在办理的一件办完才停。"

    def add_arguments(self, parser):
        """Whether it belongs to a server on one's own machine."""
        parser.add_argument(
            "--with-parent", action="store_true", help="启动它的程序结束时一起结束（make run 用）"
        )
        parser.add_argument(
            "--mark", type=Path, help="每次有动静时更新这个文件的时间（容器的健康检查用）"
        )

    def handle(self, *args, verbosity=1, with_parent=False, mark=None, **options):
        """Until SIGTERM or Ctrl-C; the job at hand is finished first."""
        parent = os.getppid()

        def look():
            if with_parent and os.getppid() != parent:
                os.kill(os.getpid(), signal.SIGTERM)
            take_up_what_was_left()
            if mark:
                mark.touch()

        take_up_what_was_left()
        with heartbeat(every_beat=look):
            work_until_told(verbosity)
