"""What is installed is what was written down: versions, hashes, and the list made of them."""

import json
import re
import subprocess
import sys
from importlib import metadata

import pytest
from django.conf import settings
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from deploy.release.build import licence_texts

PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[\w,-]+\])?==([^\s;#\\]+)", re.MULTILINE)
LOCKED = re.compile(r"^([A-Za-z0-9._-]+)((?:\[[\w,-]+\])?)==", re.MULTILINE)


def pins(name):
    """{package: version} of a file."""
    text = (settings.BASE_DIR / name).read_text()
    return {
        re.sub(r"[-_.]+", "-", package).lower(): version for package, version in PIN.findall(text)
    }


@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_the_lock_holds_what_is_asked_for(name):
    """After a change of a version: `make lock`."""
    assert pins(f"{name}.txt").items() <= pins(f"{name}.lock").items()
    assert pins("requirements.lock").items() <= pins("requirements-dev.lock").items()


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_every_file_is_named_by_its_hash_and_no_index_is_named(name):
    text = (settings.BASE_DIR / name).read_text()
    blocks = PIN.split(text)[3::3]
    assert len(blocks) > 30
    assert all("--hash=sha256:" in block for block in blocks)
    assert not re.search(r"https?:|file:|index", text)


def listed(name, version, needs=()):
    """A package and what it needs, as cyclonedx-py writes them."""
    reference = f"{name}=={version}"
    package = {
        "bom-ref": reference,
        "name": name,
        "version": version,
        "type": "library",
        "purl": f"pkg:pypi/{name}@{version}",
    }
    return package, {"ref": reference, "dependsOn": list(needs)}


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_what_is_asked_for_with_an_extra_is_locked_with_it(name):
    """Stock pip refuses `coverage[toml]>=7` beside `coverage==7.17 --hash=…` (`make lock` keeps
    extras).
    """
    text = (settings.BASE_DIR / name).read_text()
    locked = {
        canonicalize_name(one): set(filter(None, re.split(r"[\[\],\s]+", extras)))
        for one, extras in LOCKED.findall(text)
    }
    faults = []
    for package, extras in locked.items():
        for wanted in map(Requirement, requires_of(package)):
            other = canonicalize_name(wanted.name)
            asked = wanted.marker is None or any(
                wanted.marker.evaluate({"extra": one}) for one in {"", *extras}
            )
            if asked and wanted.extras and not wanted.extras <= locked.get(other, set()):
                faults.append(f"{package}: {wanted}")
    assert len(locked) > 30
    assert faults == []


def requires_of(package):
    """What an installed package asks for; nothing of one for other platforms."""
    try:
        return metadata.requires(package) or []
    except metadata.PackageNotFoundError:
        return []


def test_the_list_of_parts_holds_what_an_installation_takes_and_what_lies_inside_packages():
    locked = pins("requirements.lock")
    rows = [listed(name, version) for name, version in locked.items()] + [listed("pytest", "9.2.0")]
    raw = {"bomFormat": "CycloneDX", "specVersion": "1.6", "metadata": {"tools": []}}
    raw |= {
        "components": [package for package, _ in rows],
        "dependencies": [need for _, need in rows],
    }
    command = [sys.executable, "deploy/release/bill.py"]
    made = subprocess.run(
        command,
        cwd=settings.BASE_DIR,
        input=json.dumps(raw).encode(),
        capture_output=True,
        check=True,
    )
    bill = json.loads(made.stdout)
    assert bill["metadata"]["component"]["version"] == settings.VERSION
    named = {one["name"]: one["version"] for one in bill["components"]}
    assert locked.items() <= named.items()
    assert set(named) - set(locked) == {"pandoc", "Noto Serif SC", "Noto Sans SC"}
    licences = {
        one["name"]: one["licenses"][0]["license"]["id"]
        for one in bill["components"]
        if "properties" in one
    }
    assert licences["pandoc"] == "GPL-2.0-or-later"
    assert named["pandoc"].startswith("3.")
    references = {one["bom-ref"] for one in bill["components"]} | {"lantai"}
    assert {one["ref"] for one in bill["dependencies"]} == references
    assert {other for one in bill["dependencies"] for other in one["dependsOn"]} <= references
    asked = next(one for one in bill["dependencies"] if one["ref"] == "lantai")["dependsOn"]
    assert len(asked) == len(pins("requirements.txt"))


def test_every_package_of_an_installation_brings_or_states_its_licence():
    texts = licence_texts()
    folders = {path.split("/")[0] for path in texts}
    installed = {
        (name, one.version)
        for name in pins("requirements.lock")
        for one in metadata.distributions(name=name)
    }
    assert {f"{name}-{version}" for name, version in installed} <= folders
    assert not [
        path
        for path, text in texts.items()
        if path.endswith("/STATED") and b"no licence stated" in text
    ]
    assert b"GPL" in texts["pypandoc-binary-1.17/copyright.pandoc"]
