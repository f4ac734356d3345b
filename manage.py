#!/usr/bin/env python
"""Django's command line, for this project."""

import os
import platform
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    import django
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        settings.INSTALLED_APPS  # noqa: B018  the first look loads the settings
    except ImproperlyConfigured as error:
        sys.exit(str(error))  # the sentence with the remedy, without the way to it
    if sys.argv[1:] in (["version"], ["--version"]):  # Django answers these itself, with its own number
        sys.stdout.write(
            f"兰台 Lantai {settings.VERSION}（Django {django.get_version()}，Python {platform.python_version()}）\n"
        )
    else:
        execute_from_command_line(sys.argv)
