"""A job as people see it, and who works. The queue itself is django-tasks-db's table."""

import datetime as dt
import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

ALIVE_FOR = dt.timedelta(seconds=60)  # whoever has not been heard of for so long is dead
KEPT = dt.timedelta(days=7)
FAILED_KEPT = dt.timedelta(days=30)


class JobQuerySet(models.QuerySet):
    """Jobs by where they stand."""

    def open(self):
        """Not done yet."""
        return self.filter(state__in=(Job.State.WAITING, Job.State.RUNNING))

    def abandoned(self):
        """Taken up by somebody who has not been heard of since."""
        return self.filter(state=Job.State.RUNNING, alive_at__lt=timezone.now() - ALIVE_FOR)

    def prune(self):
        """Forget what was done a week ago and what failed a month ago; how many."""
        now = timezone.now()
        done = self.filter(state=Job.State.DONE, finished_at__lt=now - KEPT).delete()[0]
        return done + self.filter(state=Job.State.FAILED, finished_at__lt=now - FAILED_KEPT).delete()[0]


class Job(models.Model):
    """One piece of work, how far it has come, and what became of it."""

    class State(models.TextChoices):
        WAITING = "waiting", "等待"
        RUNNING = "running", "正在办理"
        DONE = "done", "已完成"
        FAILED = "failed", "没有办成"

    id = models.UUIDField("编号", primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField("内容标识", max_length=200, help_text="同一内容同时只有一个任务。")
    label = models.CharField("任务", max_length=200)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.WAITING)
    done = models.PositiveIntegerField("已完成", default=0)
    total = models.PositiveIntegerField("共", default=0)
    words = models.CharField("说明", max_length=300, blank=True)
    is_public = models.BooleanField("公众可查", default=False)
    address = models.CharField("结果", max_length=2000, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="发起人"
    )
    task_result = models.UUIDField("队列中的编号", null=True, editable=False)
    attempts = models.PositiveIntegerField("第几次办理", default=0)
    worker = models.CharField("办理的程序", max_length=64, blank=True)
    queued_at = models.DateTimeField("提出时间", default=timezone.now)
    started_at = models.DateTimeField("开始时间", null=True, blank=True)
    alive_at = models.DateTimeField("最近动静", null=True, blank=True)
    finished_at = models.DateTimeField("结束时间", null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "后台任务"
        ordering = ("-queued_at",)
        default_permissions = ("view",)
        indexes = (models.Index(fields=["-queued_at"], name="job_newest"),)
        constraints = (
            models.UniqueConstraint(
                fields=["key"], condition=models.Q(state__in=("waiting", "running")), name="one_open_job_of_a_key"
            ),
        )

    def __str__(self):
        return self.label

    def ahead(self):
        """How many others wait before this one."""
        return Job.objects.filter(state=Job.State.WAITING, queued_at__lt=self.queued_at).count()

    @property
    def is_open(self):
        """Whether it is still to be done."""
        return self.state in (self.State.WAITING, self.State.RUNNING)


class Worker(models.Model):
    """A process that does jobs, and when it was last heard of."""

    name = models.CharField("名称", max_length=64, primary_key=True)
    seen_at = models.DateTimeField("最近动静")

    class Meta:
        verbose_name = verbose_name_plural = "后台程序"
        default_permissions = ()

    def __str__(self):
        return self.name
