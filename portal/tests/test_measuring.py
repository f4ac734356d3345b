"""How long answers take, counted without cost to them."""

import os
import threading

import pytest
from django.test import Client

from portal.watching import measuring
from portal.watching.measuring import BOUNDS, Measured, by_django

TOKEN = "示例-token-0123456789"


def ask(measured, clock=None):
    return measured({}, None, *([clock] if clock else []))


def times(*moments):
    told = iter(moments)
    return lambda: next(told)


def test_kept_and_made_answers_are_told_apart():
    made = by_django(lambda environ, start_response: [b"made"])
    kept, asked = Measured(lambda environ, start_response: [b"kept"]), Measured(made)
    kept.writer = asked.writer = True
    assert (ask(kept), ask(asked)) == ([b"kept"], [b"made"])
    assert sum(kept.told()["kept"]) == sum(asked.told()["django"]) == 1
    assert sum(kept.told()["django"]) == sum(asked.told()["kept"]) == 0


@pytest.mark.parametrize(
    ("seconds", "place"), [(0.0005, 0), (0.001, 0), (0.3, BOUNDS.index(0.5)), (99, len(BOUNDS))]
)
def test_each_answer_falls_below_its_bound(seconds, place):
    measured = Measured(lambda environ, start_response: ())
    measured.writer = True
    ask(measured, times(10.0, 10.0 + seconds))
    assert measured.told()["kept"].index(1) == place


def test_no_answer_is_lost_between_threads():
    measured = Measured(lambda environ, start_response: ())
    measured.writer = True
    threads = [
        threading.Thread(target=lambda: [ask(measured) for _ in range(500)]) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(measured.told()["kept"]) == 2_000


def test_workers_are_added_up_and_other_servers_left_apart():
    numbers, server = [1] * (len(BOUNDS) + 1), measuring.name_of(7)
    for name in (f"{server}.1", f"{server}.2", f"{server}1.3", "another.7.4", "long-gone.7.5"):
        measuring._put(measuring.folder() / f"{name}.json", {"kept": numbers, "django": numbers})
    os.utime(measuring.folder() / "long-gone.7.5.json", (0, 0))
    assert measuring.of_this_server(7)["kept"] == [2] * (len(BOUNDS) + 1)
    assert "long-gone.7.5.json" not in {file.name for file in measuring.folder().iterdir()}
    assert len(list(measuring.folder().iterdir())) == 4


@pytest.mark.django_db
def test_prometheus_is_told(settings):
    settings.METRICS_TOKEN = TOKEN
    numbers = [3] + [0] * len(BOUNDS)
    measuring._put(
        measuring.folder() / f"{measuring.name_of(os.getppid())}.7.json",
        {"kept": numbers, "django": numbers},
    )
    said = Client().get("/metrics", HTTP_AUTHORIZATION=f"Bearer {TOKEN}").content.decode()
    assert 'lantai_answer_seconds_bucket{by="kept",le="0.001"} 3.0' in said
    assert 'lantai_answer_seconds_bucket{by="django",le="+Inf"} 3.0' in said
