"""The State Council's calendar of working days."""

from django.apps import AppConfig


class WorkdaysConfig(AppConfig):
    """Knows no other room."""

    name = "workdays"
    verbose_name = "工作日历"
