"""What is installed is what was written down: versions, hashes, and the list made of them."""

import json
import re
import subprocess
import sys

import pytest
from django.conf import settings

PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;#\\]+)", re.MULTILINE)


def pins(name):
    """{package: version} of a file."""
    text = (settings.BASE_DIR / name).read_text()
    return {re.sub(r"[-_.]+", "-", package).lower(): version for package, version in PIN.findall(text)}


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


def test_the_list_of_what_is_installed_is_whole():
    command = [sys.executable, "deploy/sbom.py"]
    made = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, check=True).stdout
    bill = json.loads(made)
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    named = {one["name"]: one["version"] for one in bill["components"]}
    assert pins("requirements.txt").items() <= named.items()
    references = {one["bom-ref"] for one in bill["components"]} | {"lantai"}
    assert {one["ref"] for one in bill["dependencies"]} == references
    assert {other for one in bill["dependencies"] for other in one["dependsOn"]} <= references
    assert made == subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, check=True).stdout
