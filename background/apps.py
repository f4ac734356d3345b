"""What is done after a request has been answered."""

from django.apps import AppConfig


class BackgroundConfig(AppConfig):
    """Knows nothing of ours: whoever wants something done says what, and what it is called."""

    name = "background"
    verbose_name = "后台任务"
