"""`make release`: what a contractor downloads, in dist/.

* `lantai-V.tar.gz`: the source, exactly the commit. The same commit gives the same bytes.
* `lantai-V-offline-ARCH.tar.gz`: the same with `wheels/` (every package of requirements.lock for
  that processor and each Python
  named), `licences/` and the list of parts: `make install` in it asks no index.
* `lantai-V.cdx.json`: the list of parts (CycloneDX 1.6), from `make sbom`.
  `lantai-V-licences.tar.gz`: their licence texts.
* `SHA256SUMS`: the hashes of the four.
"""

import argparse
import gzip
import hashlib
import io
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from importlib import metadata
from pathlib import Path

from tqdm import tqdm

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from deploy.release.bill import locked_names, normalised_name  # noqa: E402  after the folder it lies in
from portal import __version__  # noqa: E402

# The oldest C library first: Debian 11 and the domestic systems of its age have 2.31.
LIBRARIES = ("2_17", "2_24", "2_28", "2_31", "2014")
LICENCE_FILE = re.compile(r"(?i)(licen[cs]e|copying|copyright|notice|authors)")


def main() -> None:
    """Build all of it, or stop with a sentence before anything is written."""
    options = _options()
    commit, moment = _commit()
    target = ROOT / "dist"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    name = f"lantai-{__version__}"
    _say(f"源代码 / Source: {name}.tar.gz ({commit[:12]})")
    source = _source_archive(commit, name)
    (target / f"{name}.tar.gz").write_bytes(_packed(source, moment))
    _say(f"组成清单 / List of parts: {name}.cdx.json")
    shutil.copy(options.bill, target / f"{name}.cdx.json")
    _say(f"许可证 / Licences: {name}-licences.tar.gz")
    licences = licence_texts()
    (target / f"{name}-licences.tar.gz").write_bytes(
        _packed(_tar(_under(f"{name}-licences", licences), moment), moment)
    )
    for processor in options.processors.split(","):
        _say(f"离线安装包 / Offline: {name}-offline-{processor}.tar.gz")
        extras = {f"licences/{path}": text for path, text in licences.items()}
        extras["sbom.cdx.json"] = options.bill.read_bytes()
        with tempfile.TemporaryDirectory(prefix="wheels-") as folder:
            _download(Path(folder), processor, options.pythons.split(","))
            wheels = sorted(Path(folder).iterdir())
            extras |= {f"wheels/{wheel.name}": wheel.read_bytes() for wheel in wheels}
        whole = _extended(source, _under(name, extras), moment)
        (target / f"{name}-offline-{processor}.tar.gz").write_bytes(_packed(whole, moment, level=1))
    _write_sums(target)
    _say(f"完成 / Done: {target.relative_to(ROOT)}/")


def _say(text: str) -> None:
    print(text, flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bill", type=Path, help="the list of parts that `make sbom` wrote")
    parser.add_argument("--pythons", default="3.11,3.12,3.13")
    parser.add_argument("--processors", default="x86_64,aarch64")
    return parser.parse_args()


def _commit() -> tuple[str, int]:
    """The commit to release and its moment (Unix seconds). Exits where the tree is no release."""
    if changed := _git("status", "--porcelain").strip():
        sys.exit(f"有没有提交的修改，不能制作发布包 / Uncommitted changes:\n{changed.decode()}")
    if f"\n## [{__version__}]" not in (ROOT / "CHANGELOG.md").read_text():
        sys.exit(
            f"CHANGELOG.md 里没有 {__version__} 一章 / CHANGELOG.md has no chapter of {__version__}."
        )
    commit, moment = _git("log", "-1", "--format=%H %ct").decode().split()
    return commit, int(moment)


def _git(*arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, check=True).stdout


def _source_archive(commit: str, name: str) -> bytes:
    return _git("archive", "--format=tar", f"--prefix={name}/", commit)


def _packed(content: bytes, moment: int, *, level: int = 9) -> bytes:
    return gzip.compress(content, level, mtime=moment)


def _under(name: str, files: dict[str, bytes]) -> dict[str, bytes]:
    return {f"{name}/{path}": content for path, content in files.items()}


def _tar(files: dict[str, bytes], moment: int) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w", format=tarfile.PAX_FORMAT) as archive:
        _add(archive, files, moment)
    return target.getvalue()


def _extended(tar: bytes, files: dict[str, bytes], moment: int) -> bytes:
    target = io.BytesIO(tar)
    with tarfile.open(fileobj=target, mode="a") as archive:
        _add(archive, files, moment)
    return target.getvalue()


def _add(archive: tarfile.TarFile, files: dict[str, bytes], moment: int) -> None:
    for path, content in sorted(files.items()):
        info = tarfile.TarInfo(path)
        info.size, info.mtime, info.mode = len(content), moment, 0o644
        archive.addfile(info, io.BytesIO(content))


def licence_texts() -> dict[str, bytes]:
    """The licence texts of every package that an installation takes, by path; where a package
    brings none, what it states.
    """
    found = {"lantai/LICENSE": (ROOT / "LICENSE").read_bytes()}
    for name in sorted(locked_names()):
        one = next(iter(metadata.distributions(name=name)), None)
        if one is not None:
            found |= _licences_of(normalised_name(name), one)
    return found


def _licences_of(name: str, one: metadata.Distribution) -> dict[str, bytes]:
    folder = f"{name}-{one.version}"
    named = [
        path
        for path in one.files or ()
        if LICENCE_FILE.search(path.name) and path.suffix not in {".py", ".pyc"}
    ]
    texts = {
        f"{folder}/{path.name}": Path(path.locate()).read_bytes()
        for path in named
        if Path(path.locate()).is_file()
    }
    stated = "\n".join(
        filter(None, (one.metadata.get("License-Expression"), one.metadata.get("License")))
    )
    return texts or {f"{folder}/STATED": (stated or "(no licence stated)").encode() + b"\n"}


def _download(folder: Path, processor: str, pythons: list[str]) -> None:
    """Every wheel of the lock for these Pythons. The hashes of the lock are asked for, so the index
    need not be trusted.
    """
    # pip asks the conditions of the interpreter it runs under, not of the one named: async-timeout,
    # for 3.11.2 alone, was left out.
    text = re.sub(r"(?m)^(\S+==\S+) ;[^\\\n]*", r"\1 ", (ROOT / "requirements.lock").read_text())
    unconditional = folder.with_suffix(".lock")
    unconditional.write_text(text)
    for python in tqdm(pythons, unit="Python", desc=processor):
        command = [
            sys.executable,
            "-m",
            "pip",
            "--disable-pip-version-check",
            "--no-input",
            "download",
            "--quiet",
            "--no-deps",
        ]
        command += [
            "--only-binary=:all:",
            "--require-hashes",
            "-r",
            str(unconditional),
            "-d",
            str(folder),
        ]
        command += [f"--python-version={python}", "--implementation=cp"]
        command += [f"--platform=manylinux{_glibc(library)}_{processor}" for library in LIBRARIES]
        subprocess.run(command, cwd=ROOT, check=True)
    unconditional.unlink()
    brought = {normalised_name(wheel.name.split("-")[0]) for wheel in folder.iterdir()}
    if missing := locked_names() - brought:
        sys.exit(f"缺少安装包 / Wheels missing: {'、'.join(sorted(missing))}")


def _glibc(library: str) -> str:
    return library if library == "2014" else f"_{library}"


def _write_sums(folder: Path) -> None:
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n"
        for path in sorted(folder.iterdir())
    ]
    (folder / "SHA256SUMS").write_text("".join(lines))


if __name__ == "__main__":
    main()
