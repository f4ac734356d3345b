"""Each job that the version before may have queued is one of today's."""

import pytest
from django.conf import settings
from django.utils.module_loading import import_string
from django_tasks.base import Task


@pytest.mark.parametrize("path", settings.FORMER_JOBS.values())
def test_todays_name_is_that_of_a_job(path):
    assert isinstance(import_string(path), Task)
    assert import_string(path).module_path == path
