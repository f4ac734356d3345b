"""What a page weighs and how a telephone takes it: Lighthouse's categories, bytes of a first view,
scripts that block, layout shift.

Lighthouse runs in Node (make .node-bench/installed, where npm is) with the Chromium of this
machine.
"""

import json
import os
import shutil
import statistics
import subprocess
from pathlib import Path

from harness import ask, get, serving

ROOT = Path(__file__).resolve().parent.parent
LIGHTHOUSE = ROOT / ".node-bench/node_modules/.bin/lighthouse"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
RUNS = 3  # the median: on a telephone's slowed-down processor one run differs from the next
FLAGS = "--headless=new --no-sandbox --disable-gpu"


def addresses(env):
    """One page of each kind."""
    return {
        "home": "/",
        "list": "/catalog/personnel/",
        "item": ask(env, "Item.objects.published().filter(annual_report=None).exclude(body='').first().get_absolute_url()"),
        "report": ask(env, "AnnualReport.objects.published().first().get_absolute_url()"),
        "search": "/search/?q=%E4%BE%9B%E7%83%AD",
    }  # fmt: skip


def front(databases, options):
    """{kind of page: what Lighthouse found}."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if not LIGHTHOUSE.exists() or not chromium:
        raise RuntimeError(
            "Lighthouse or Chromium is missing: make .node-bench/installed, and install chromium"
        )
    env, found = databases.new("sqlite", "front"), {}
    with serving(env) as (port, _):
        for name, path in addresses(env).items():
            for _ in range(2):
                get(port, path)
            runs = [
                _looked_at(f"http://127.0.0.1:{port}{path}", chromium, databases.folder)
                for _ in range(RUNS)
            ]
            found[name] = {key: _median(run[key] for run in runs) for key in runs[0]}
            found[name]["faults"] = sorted({fault for run in runs for fault in run["faults"]})
            print(f"  {name}: {found[name]}", flush=True)
    return found


def _median(values):
    values = list(values)
    return values[0] if isinstance(values[0], list) else round(statistics.median(values), 3)


def _looked_at(address, chromium, folder):
    """Figures of one run; `faults` names what cost points."""
    place = Path(folder) / "lighthouse.json"
    words = [
        LIGHTHOUSE,
        address,
        "--quiet",
        f"--chrome-flags={FLAGS}",
        "--output=json",
        f"--output-path={place}",
    ]
    subprocess.run(
        words,
        env=os.environ | {"CHROME_PATH": chromium},
        check=True,
        capture_output=True,
        timeout=180,
    )
    told = json.loads(place.read_text())
    audits = told["audits"]
    blocking = audits.get("render-blocking-resources", {}).get("details", {}).get("items", [])
    return {
        **{name: (told["categories"][name]["score"] or 0) * 100 for name in CATEGORIES},
        "bytes": audits["total-byte-weight"]["numericValue"],
        "shift": audits["cumulative-layout-shift"]["numericValue"],
        "blocking scripts": sum(one["url"].endswith(".js") for one in blocking),
        "faults": [
            one["id"]
            for name in CATEGORIES
            for one in told["categories"][name]["auditRefs"]
            if one["weight"]
            and audits[one["id"]]["score"] is not None
            and audits[one["id"]]["score"] < 0.9
        ],
    }
