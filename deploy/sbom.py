"""`make sbom`: what the portal is made of, as CycloneDX 1.6: every package of requirements.lock that is installed here.

Not kept in the repository, where it would soon be out of date: it is made of the installation it describes. The same installation
gives the same bytes.
"""

import json
import re
import sys
import uuid
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)")


def normalised(name):
    """A package's name as indexes spell it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def packages():
    """The distributions of the lock that are installed, by name."""
    names = [
        match[1] for line in (ROOT / "requirements.lock").read_text().splitlines() if (match := PINNED.match(line))
    ]
    found = {normalised(name): next(iter(metadata.distributions(name=name)), None) for name in names}
    return {name: one for name, one in sorted(found.items()) if one is not None}


def licence(facts):
    """As the package states it: an SPDX expression, else a word of its own."""
    if expression := facts.get("License-Expression"):
        return [{"expression": expression}]
    stated = [line.rpartition(" :: ")[2] for line in facts.get_all("Classifier", ()) if line.startswith("License ::")]
    words = (stated or [line for line in (facts.get("License") or "").splitlines() if line.strip()])[:1]
    return [{"license": {"name": words[0][:100]}}] if words else []


def component(name, one):
    """One package."""
    address = f"pkg:pypi/{name}@{one.version}"
    return {"type": "library", "bom-ref": address, "name": name, "version": one.version, "purl": address} | (
        {"licenses": found} if (found := licence(one.metadata)) else {}
    )


def needs(one, known):
    """Packages of the list that this one asks for, whatever the reason."""
    asked = {normalised(re.split(r"[\s;<>=!~\[(]", line, maxsplit=1)[0]) for line in one.requires or ()}
    return [f"pkg:pypi/{name}@{known[name].version}" for name in sorted(asked & set(known))]


def bill():
    """The whole document."""
    known = packages()
    components = [component(name, one) for name, one in known.items()]
    serial = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(components))
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        "metadata": {"component": {"type": "application", "bom-ref": "lantai", "name": "lantai"}},
        "components": components,
        "dependencies": [{"ref": "lantai", "dependsOn": [one["bom-ref"] for one in components]}]
        + [{"ref": f"pkg:pypi/{name}@{one.version}", "dependsOn": needs(one, known)} for name, one in known.items()],
    }


if __name__ == "__main__":
    json.dump(bill(), sys.stdout, ensure_ascii=False, indent=1)
