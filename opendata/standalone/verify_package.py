#!/usr/bin/env python3
"""核验每夜的数据包：文件、登记簿、每一个公开版本、附件。只用 Python 3.8 以上的标准库，不联网。

    python3 verify_package.py                          核验本程序所在的目录
    python3 verify_package.py 目录                      核验另一个目录
    python3 verify_package.py … --key 公钥编号          印章还要是这把公钥签的（从网站或者以前的包得到）
    python3 verify_package.py … --checkpoint 条数:校验码  登记簿还要与您保存的检查点相符
    python3 verify_package.py … --old                  0.2 及更早版本生成的包：没有印章，只核对其余部分

目录里放从 /data/ 下载的文件，不放别的：MANIFEST.json、register.jsonl.gz、checkpoints.json.gz、revisions.jsonl.gz 和 verify_ 开头的
程序必须有，其他的有哪些就核对哪些。退出码：0 没有问题；1 有问题；2 缺少文件或者用法不对。
"""

import argparse
import gzip
import hashlib
import importlib.util
import json
import sys
import tarfile
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
NEEDED = ("MANIFEST.json", "register.jsonl.gz", "checkpoints.json.gz", "revisions.jsonl.gz")
PROGRAMS = ("verify_register", "verify_seal", "verify_revisions")


def lines_of(path):
    """压缩文件里的各行。"""
    with gzip.open(path, "rt", encoding="utf-8-sig", newline="\n") as file:
        yield from file


def load(name):
    """同一目录里的另一个程序。"""
    place = importlib.util.spec_from_file_location(name, HERE / f"{name}.py")
    program = importlib.util.module_from_spec(place)
    place.loader.exec_module(program)
    return program


def digest_of(file):
    """文件内容的 SHA-256。"""
    digest = hashlib.sha256()
    with file:
        for piece in iter(lambda: file.read(1_000_000), b""):
            digest.update(piece)
    return digest.hexdigest()


def manifest_faults(folder, manifest, say):
    """逐个核对下载的文件。"""
    for listed in manifest["files"]:
        path = folder / listed["name"]
        if not path.is_file():
            say(f"没有下载，不核对：{listed['name']}\n")
        elif (path.stat().st_size, digest_of(path.open("rb"))) != (listed["size"], listed["sha256"]):
            yield f"文件与清单不符（下载中断，或者被改动）：{listed['name']}"
    names = {listed["name"] for listed in manifest["files"]} | {"MANIFEST.json"}
    names |= set() if folder.resolve() == HERE else {"__pycache__"}  # 本程序不写缓存；别处的缓存文件本程序不用
    yield from (f"多出的文件，清单里没有：{path.name}" for path in sorted(folder.iterdir()) if path.name not in names)


def attachment_faults(folder, states, known, say):
    """公开的附件都登记过；打包的都列在清单里，以自己的 SHA-256 命名。保存版本以前就公开的信息，登记簿里没有，不能证明。"""
    listed, unproved = set(), 0
    for row in map(json.loads, lines_of(folder / "attachments.jsonl.gz")):
        listed.add(row["sha256"])
        if row["sha256"] not in known:
            unproved += row["index_number"] not in states
            if row["index_number"] in states:
                yield f"附件没有登记过，不是公开时的文件：{row['name']}（{row['index_number']}）"
    say(f"{unproved} 个附件没有登记过，不能证明。\n")
    if (folder / "attachments.tar").is_file():
        with tarfile.open(folder / "attachments.tar") as archive:
            for member in archive:
                file, digest = archive.extractfile(member), member.name.partition(".")[0]
                if file is None or digest_of(file) != digest or digest not in listed:
                    yield f"附件与它的校验码不符，或者不在附件清单里：{member.name}"


def item_faults(folder, states, revisions, say):
    """每条信息的数据与公开版本、目录与数据：不多不少，说的相同。"""
    titles, unproved = {}, 0
    for facts in map(json.loads, lines_of(folder / "items.jsonl.gz")):
        titles[facts["index_number"]] = facts["title"]
        unproved += facts["index_number"] not in states
        yield from revisions.facts_faults(facts, states)
    say(f"数据 {len(titles)} 条，其中 {unproved} 条没有登记过，不能证明。\n")
    yield from revisions.missing_faults(titles, states)
    if (folder / "catalog.csv.gz").is_file():
        yield from revisions.catalogue_faults(lines_of(folder / "catalog.csv.gz"), titles)


def content_faults(folder, entries, revisions, begun, say):
    """公开版本，以及由它们生成的数据、目录、附件。"""
    states = {}
    yield from revisions.revision_faults(lines_of(folder / "revisions.jsonl.gz"), entries, states, begun)
    say(f"公开版本应有 {len(revisions.registered(entries)[0])} 个。\n")
    if (folder / "items.jsonl.gz").is_file():
        yield from item_faults(folder, states, revisions, say)
    if (folder / "attachments.jsonl.gz").is_file():
        yield from attachment_faults(folder, states, revisions.files_on_record(states, entries), say)


def main(say):
    """按命令行核验，返回退出码。"""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", default=HERE, type=Path)
    if missing := [f"{name}.py" for name in PROGRAMS if not (HERE / f"{name}.py").is_file()]:
        say(f"缺少文件：{'、'.join(missing)}。请从 /data/ 下载到同一个目录。\n")
        return 2
    register, seals, revisions = map(load, PROGRAMS)
    options = seals.options_of(parser, register)
    folder = options.folder
    if missing := [name for name in NEEDED if not (folder / name).is_file()]:
        say(f"缺少文件：{'、'.join(missing)}。请从 /data/ 下载到同一个目录。\n")
        return 2
    manifest = json.loads((folder / "MANIFEST.json").read_text("utf-8"))
    faults = list(manifest_faults(folder, manifest, say))
    entries, found = register.read_register(lines_of(folder / "register.jsonl.gz"))
    checkpoints = json.loads("".join(lines_of(folder / "checkpoints.json.gz")))
    faults += found + list(register.checkpoint_faults(checkpoints, entries))
    say(f"登记簿 {len(entries)} 条，检查点 {len(checkpoints['checkpoints'])} 个。\n")
    seal = manifest.pop("seal", None)
    faults += seals.all_faults(register, seal, register.sha256(register.canonical(manifest)), entries, options)
    faults += content_faults(folder, entries, revisions, (seal or {}).get("register_begun"), say)
    say("".join(f"没有核对：{words}\n" for words in seals.unproved(seal, options)))
    say("".join(f"问题：{fault}\n" for fault in faults) + f"发现 {len(faults)} 个问题。\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.stdout.write))
