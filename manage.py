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
    from django.db import Error as DatabaseError

    try:
        settings.INSTALLED_APPS  # noqa: B018  the first look loads the settings
    except ImproperlyConfigured as error:
        sys.exit(str(error))  # the sentence with the remedy, without the way to it
    from portal.remedies import sentence_for  # after the settings: it asks them

    if sys.argv[1:] in (
        ["version"],
        ["--version"],
    ):  # Django answers these itself, with its own number
        sys.stdout.write(
            f"兰台 Lantai {settings.VERSION}（Django {django.get_version()}，Python {platform.python_version()}）\n"
        )
    else:
        try:
            execute_from_command_line(sys.argv)
        except (OSError, DatabaseError) as error:
            if "--traceback" in sys.argv or not (sentence := sentence_for(error)):
                raise
            sys.exit(sentence)
