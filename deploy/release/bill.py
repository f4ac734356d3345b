"""`make sbom`: what the portal is made of, as CycloneDX 1.6.

cyclonedx-py lists the environment it is pointed at; here that list is cut down to requirements.lock
(an environment for development holds more) and completed by what lies inside packages and is none
itself: pandoc, the typesetter, the fonts. Reads cyclonedx-py's JSON from standard input. The same
installation gives the same bytes.
"""

import json
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pypandoc

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from portal import __version__  # noqa: E402  after the folder it lies in

PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)
US = "lantai"


def normalised_name(name: str) -> str:
    """A package's name as indexes spell it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def locked_names() -> set[str]:
    """The packages that an installation takes."""
    return {
        normalised_name(name)
        for name, _ in PINNED.findall((ROOT / "requirements.lock").read_text())
    }


def pandoc_version() -> str:
    """The version that the program itself states."""
    said = subprocess.run(
        [pypandoc.get_pandoc_path(), "--version"], capture_output=True, text=True, check=True
    ).stdout
    return said.split()[1]


def inner_parts() -> list[dict]:
    """What packages carry inside them: (carrier, component). `carrier` is the package's name in the
    list.
    """
    fonts = metadata.version("pylopdf-fonts-zh-cn")
    return [
        _part(
            "pypandoc-binary",
            "application",
            "pandoc",
            pandoc_version(),
            "GPL-2.0-or-later",
            "https://pandoc.org/",
        ),
        _part(
            "typst",
            "application",
            "typst",
            metadata.version("typst"),
            "Apache-2.0",
            "https://typst.app/",
        ),
        _part(
            "pylopdf-fonts-zh-cn",
            "data",
            "Noto Serif SC",
            fonts,
            "OFL-1.1",
            "https://notofonts.github.io/",
        ),
        _part(
            "pylopdf-fonts-zh-cn",
            "data",
            "Noto Sans SC",
            fonts,
            "OFL-1.1",
            "https://notofonts.github.io/",
        ),
    ]


def _part(carrier: str, kind: str, name: str, version: str, licence: str, website: str) -> dict:
    reference = f"{carrier}/{normalised_name(name.replace(' ', '-'))}@{version}"
    return {
        "bom-ref": reference,
        "type": kind,
        "name": name,
        "version": version,
        "licenses": [{"license": {"id": licence}}],
        "externalReferences": [{"type": "website", "url": website}],
        "properties": [{"name": "lantai:carried-by", "value": carrier}],
    }


def bill(listed: dict) -> dict:
    """The document: `listed` as cyclonedx-py wrote it, with our name, without what an installation
    does not take.
    """
    wanted = locked_names()
    components = [one for one in listed["components"] if normalised_name(one["name"]) in wanted]
    parts = inner_parts()
    by_name = {normalised_name(one["name"]): one["bom-ref"] for one in components}
    references = {one["bom-ref"] for one in [*components, *parts]}
    needs = {
        one["ref"]: [other for other in one.get("dependsOn", ()) if other in references]
        for one in listed["dependencies"]
    }
    for part in parts:
        needs.setdefault(by_name[part["properties"][0]["value"]], []).append(part["bom-ref"])
    root = {
        "bom-ref": US,
        "type": "application",
        "name": US,
        "version": __version__,
        "licenses": [{"license": {"id": "Apache-2.0"}}],
    }
    asked = [by_name[name] for name in sorted(_asked_names() & set(by_name))]
    return {
        **{
            key: value for key, value in listed.items() if key not in {"components", "dependencies"}
        },
        "metadata": {**listed.get("metadata", {}), "component": root},
        "components": sorted([*components, *parts], key=lambda one: one["bom-ref"]),
        "dependencies": [
            {"ref": US, "dependsOn": asked},
            *({"ref": one, "dependsOn": sorted(needs.get(one, ()))} for one in sorted(references)),
        ],
    }


def _asked_names() -> set[str]:
    return {
        normalised_name(name) for name, _ in PINNED.findall((ROOT / "requirements.txt").read_text())
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(bill(json.load(sys.stdin)), ensure_ascii=False, indent=1) + "\n")
