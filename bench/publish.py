"""Publishes an item for each line on standard input, and says at which moment (seconds of the
clock) it was committed.
"""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import django

django.setup()

from catalog.models import Category, Department  # noqa: E402
from disclosure.tests.builders import make_item  # noqa: E402

organ, column = Department.objects.get(slug="songbei"), Category.objects.get(slug="procurement")
for line in sys.stdin:
    make_item(line.strip(), department=organ, category=column)
    print(time.time(), flush=True)
