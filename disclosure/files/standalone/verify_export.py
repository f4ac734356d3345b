#!/usr/bin/env python3
"""核验一个年度报告导出包。只用 Python 3.8 以上的标准库，不联网。

    python3 verify_export.py                          核验本程序所在的目录
    python3 verify_export.py 目录或.zip                核验另一个目录，或者没有解开的包
    python3 verify_export.py … --key 公钥编号          印章还要是这把公钥签的（从网站或者以前的包得到）
    python3 verify_export.py … --checkpoint 条数:校验码  登记簿还要与您保存的检查点相符
    python3 verify_export.py … --old                  0.2 及更早版本生成的包：没有印章，只核对其余部分

依次核对：MANIFEST 中每个文件的 SHA-256，没有多出来的文件；印章；登记簿的链条；每个附件、每个版本是否在登记簿中登记过。
退出码：0 没有问题；1 有问题；2 用法不对。
"""

import argparse
import hashlib
import importlib.util
import json
import sys
import zipfile
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent


class Folder:
    """一个解开的包。"""

    def __init__(self, path):
        self.path = path

    def names(self):
        """包里的全部文件。"""
        names = (file.relative_to(self.path).as_posix() for file in self.path.rglob("*") if file.is_file())
        is_here = self.path.resolve() == HERE  # 本程序不写缓存；别处的缓存文件本程序不用
        return sorted(name for name in names if is_here or not name.startswith("__pycache__/verify_"))

    def open(self, name):
        """打开一个文件。"""
        return (self.path / name).open("rb")


class Package:
    """一个没有解开的包。"""

    def __init__(self, path):
        self.zip = zipfile.ZipFile(path)

    def names(self):
        """包里的全部文件。"""
        return sorted(self.zip.namelist())

    def open(self, name):
        """打开一个文件。"""
        return self.zip.open(name)


def digest_of(file):
    """文件内容的 SHA-256。"""
    digest = hashlib.sha256()
    with file:
        for piece in iter(lambda: file.read(1_000_000), b""):
            digest.update(piece)
    return digest.hexdigest()


def load(name):
    """同一目录里的另一个程序。"""
    place = importlib.util.spec_from_file_location(name, HERE / f"{name}.py")
    program = importlib.util.module_from_spec(place)
    place.loader.exec_module(program)
    return program


def manifest_faults(source, digests):
    """逐个核对文件；把算出的 SHA-256 放进 digests。"""
    names = set(source.names())
    if len(names) != len(source.names()):
        yield "包里有重名的文件。"
    if "MANIFEST" not in names:
        yield "没有 MANIFEST，无法核对。"
        return
    with source.open("MANIFEST") as file:
        listed = dict(reversed(line.split("  ", 1)) for line in file.read().decode().splitlines())
    for name, wanted in listed.items():
        if name not in names:
            yield f"缺少文件：{name}"
            continue
        digests[name] = digest_of(source.open(name))
        if digests[name] != wanted:
            yield f"文件被改动：{name}"
    for name in sorted(names - set(listed) - {"MANIFEST", "SEAL.json"}):
        yield f"多出的文件：{name}"


def register_entries(source, program, faults):
    """登记簿的条目；链条上的问题放进 faults。没有登记簿时返回 None。"""
    if "register/register.jsonl" not in source.names():
        return None
    with source.open("register/register.jsonl") as file:
        entries, found = program.read_register(line.decode() for line in file)
    faults += found
    with source.open("register/checkpoints.json") as file:
        faults += program.checkpoint_faults(json.load(file), entries)
    return entries


def read_seal(source):
    """（印章，它应当盖的清单的 SHA-256）；没有印章时是 None。"""
    names, seal = source.names(), None
    if "SEAL.json" in names:
        with source.open("SEAL.json") as file:
            seal = json.load(file)
    return seal, digest_of(source.open("MANIFEST")) if "MANIFEST" in names else ""


def main(say):
    """按命令行核验，返回退出码。"""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("place", nargs="?", default=HERE, type=Path)
    register, seals, revisions = map(load, ("verify_register", "verify_seal", "verify_revisions"))
    options = seals.options_of(parser, register)
    source = Folder(options.place) if options.place.is_dir() else Package(options.place)
    digests, faults = {}, []
    faults += manifest_faults(source, digests)
    say(f"核对了 {len(digests)} 个文件。\n")
    seal, manifest_sha256 = read_seal(source)
    entries = register_entries(source, register, faults)
    if entries is None:
        say("包里没有登记簿，登记情况没有核对。\n")
    else:
        found = list(revisions.export_faults(source, entries, digests, (seal or {}).get("register_begun")))
        say(f"登记簿共 {len(entries)} 条；{sum('没有登记过' in fault for fault in found)} 个附件或版本没有登记。\n")
        faults += found
    faults += seals.all_faults(register, seal, manifest_sha256, entries, options)
    say("".join(f"没有核对：{words}\n" for words in seals.unproved(seal, options)))
    say("".join(f"问题：{fault}\n" for fault in faults) + f"发现 {len(faults)} 个问题。\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.stdout.write))
