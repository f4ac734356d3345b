"""The room of how forms are written."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Knows no other room."""

    name = "desk"
    verbose_name = "工作台表单"
