"""What the services of compose.yaml do beside serving pages: jobs behind them, and taking a
withdrawal out of every kept copy.
"""

import re
import time

from outage import ITEMS, WITHDRAW

HAND_OVER = "from opendata.jobs import enqueue_bulk_data; print(enqueue_bulk_data(by=None).pk)"
DONE_BY = "from background.models import Job; one = Job.objects.get(pk='{}'); print(one.state, one.worker, one.words)"
TAKEDOWN = "from disclosure.models import Takedown; print(Takedown.objects.latest('pk').finished_at is not None)"
GONE_WITHIN = 3  # seconds; portal/pagecache/promptness.py
PURGED_WITHIN = 15  # until the files are deleted as well


def shell(drill, container, code):
    """What a line of Python prints in a container that runs; its lines."""
    done = drill.containers.podman(
        "exec", container, "deploy/container/start", "shell", "-v", "0", "-c", code
    )
    return done.stdout.splitlines()


def until(seconds, is_so):
    """Seconds until it is so, or None."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        if is_so():
            return time.monotonic() - began
        time.sleep(0.2)
    return None


def items(drill):
    """[index number, address, title] of two published items."""
    return [line.split("\t") for line in shell(drill, "lantai-web-1", ITEMS)[-2:]]


def jobs(drill):
    """The package of open data is handed over in a replica: the worker's container writes it."""
    key = shell(drill, "lantai-web-1", HAND_OVER)[-1]
    state = [""]

    def is_done():
        state[:] = shell(drill, "lantai-web-1", DONE_BY.format(key))[-1].split(" ")
        return state[0] == "done"

    drill.expect("a job is done", until(180, is_done) is not None, state)
    name = drill.containers.podman("exec", "lantai-tasks", "hostname").stdout.strip()
    drill.expect("by the worker's container", state[1:2] == [f"{name[:40]}:1"], state)
    link = re.search(r'href="(/data/files/[^"]+)"', drill.ask("/data/")[2].decode())
    drill.expect("and what it wrote is given out", link and drill.ask(link[1])[0] == 200, link)


def _kept_files(drill, word):
    """Files of nginx's in which a word stands."""
    found = drill.containers.podman(
        "exec", "lantai-nginx", "grep", "-rla", word, "/var/cache/nginx/lantai", check=False
    )
    return found.stdout.split()


def _is_marked(drill):
    """Whether nginx is told that its copies are old."""
    looked = drill.containers.podman(
        "exec", "lantai-nginx", "test", "-e", "/var/lib/lantai/kept-copies-are-old", check=False
    )
    return looked.returncode == 0


def withdrawn(drill, number, address, title):
    """Withdrawn in one replica: gone from nginx, from the other replica, from the copies for an
    outage, and known to be done.
    """
    for _ in range(8):  # both replicas have it, and nginx has kept it
        drill.ask(address)
    drill.expect(
        "nginx keeps the page for an outage",
        until(5, lambda: _kept_files(drill, number)) is not None,
    )
    shell(drill, "lantai-web-1", WITHDRAW.format(number))
    took = until(
        2 * GONE_WITHIN, lambda: all(title not in drill.ask(address)[2].decode() for _ in range(6))
    )
    drill.expect(
        "a withdrawn page is gone from both replicas",
        took is not None and took <= GONE_WITHIN,
        took,
    )
    took = until(PURGED_WITHIN, lambda: not _is_marked(drill) and not _kept_files(drill, title))
    drill.expect("and from the files that nginx kept", took is not None, _kept_files(drill, title))
    drill.expect("purge is healthy", drill.check("lantai-purge", "purge") == 0)
    drill.containers.podman("exec", "lantai-tick", "deploy/container/start", "tick", check=False)
    drill.expect(
        "it is known to be gone everywhere", shell(drill, "lantai-tick", TAKEDOWN)[-1] == "True"
    )


def outage(drill, webs, number, address, title):
    """No replica runs: kept pages are shown, a form is answered honestly, and what is withdrawn
    meanwhile is not shown.
    """
    pages = ("/", "/catalog/", address)
    for page in pages * 2:
        drill.ask(page)
    drill.expect("nginx keeps it", until(5, lambda: _kept_files(drill, number)) is not None)
    for name in webs:
        drill.stop(name)
    answers = {page: drill.ask(page) for page in pages}
    are_kept = all(
        status == 200 and "Warning" in headers for status, headers, _ in answers.values()
    )
    drill.expect(
        "without a replica kept pages are shown",
        are_kept,
        [answer[0] for answer in answers.values()],
    )
    drill.expect("what nobody has read is 503", drill.ask("/about/privacy/?x=1")[0] == 503)
    shell(drill, "lantai-tick", WITHDRAW.format(number))
    status, _, body = drill.ask(address)
    drill.expect(
        "what is withdrawn meanwhile is shown no more",
        status == 503 and title not in body.decode(),
        status,
    )
    took = until(PURGED_WITHIN, lambda: not _is_marked(drill) and not _kept_files(drill, title))
    drill.expect("and its file is deleted", took is not None)
    drill.expect("nor is it after that", drill.ask(address)[0] == 503)
