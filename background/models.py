"""A job as people see it, and who works. The queue itself is django-tasks-db's table."""

import datetime as dt
import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

ALIVE_FOR = dt.timedelta(seconds=60)  # whoever has not been heard of for so long is dead
KEPT = dt.timedelta(days=7)
PUBLIC_KEPT = dt.timedelta(days=1)  # of the public's, of which there can be many
FAILED_KEPT = dt.timedelta(days=30)
LONGEST_ADDRESS = 2_000


class JobQuerySet(models.QuerySet):
    """Jobs by where they stand."""

    def open(self):
        return self.filter(state__in=(Job.State.WAITING, Job.State.RUNNING))

    def abandoned(self):
        """Taken up by somebody who has not been heard of since."""
        return self.filter(state=Job.State.RUNNING, alive_at__lt=timezone.now() - ALIVE_FOR)

    def prune(self):
        """Forget what was done a week ago, what failed a month ago, the public's after a day; how
        many.
        """
        now = timezone.now()
        Notice.objects.filter(sent_at__lt=now - KEPT).delete()
        done = self.filter(state=Job.State.DONE, finished_at__lt=now - KEPT).delete()[0]
        done += self.filter(is_public=True, finished_at__lt=now - PUBLIC_KEPT).delete()[0]
        return (
            done
            + self.filter(state=Job.State.FAILED, finished_at__lt=now - FAILED_KEPT).delete()[0]
        )


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
    address = models.CharField("结果", max_length=LONGEST_ADDRESS, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="发起人",
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
        permissions = (("start_job", "可以发起全站数据包"),)
        indexes = (models.Index(fields=["-queued_at"], name="job_newest"),)
        constraints = (
            models.UniqueConstraint(
                fields=["key"],
                condition=models.Q(state__in=("waiting", "running")),
                name="one_open_job_of_a_key",
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


class Notice(models.Model):
    """Something waits for somebody. Of what it is about nothing is kept here."""

    class Kind(models.TextChoices):
        SUBMITTED = "submitted", "提交审核"
        RETURNED = "returned", "退回"
        APPROVED = "approved", "审核通过"
        DIGEST = "digest", "每日汇总"

    SENTENCES = {
        Kind.SUBMITTED: "有 {number} 件信息提交给您审核。",
        Kind.RETURNED: "您提交的 {number} 件信息被退回，请修改。",
        Kind.APPROVED: "您提交的 {number} 件信息已经审核。",
        Kind.DIGEST: "工作台中共有 {number} 件事项等待您办理。",
    }

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="账号"
    )
    kind = models.CharField("事由", max_length=20, choices=Kind.choices)
    number = models.PositiveIntegerField("件数", default=1)
    made_at = models.DateTimeField("提出时间", default=timezone.now)
    sent_at = models.DateTimeField("发送时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "提醒"
        default_permissions = ()
        indexes = (
            models.Index(fields=["user"], condition=models.Q(sent_at=None), name="notice_waiting"),
        )

    def __str__(self):
        return f"{self.user} {self.get_kind_display()}"


class Unreachable(models.Model):
    """An address that a mail server has refused for good."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="账号"
    )
    address = models.EmailField("邮箱")
    words = models.CharField("原因", max_length=300)
    since = models.DateTimeField("最近一次", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "退信的邮箱"
        default_permissions = ("view", "delete")

    def __str__(self):
        return f"{self.user}（{self.address}）"
