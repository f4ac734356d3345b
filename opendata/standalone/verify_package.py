#!/usr/bin/env python3
"""核验每夜的数据包：文件、登记簿、每一个公开版本、附件。只用 Python 3.8 以上的标准库，不联网。

    python3 verify_package.py         核验本程序所在的目录
    python3 verify_package.py 目录     核验另一个目录

目录里放从 /data/ 下载的文件：MANIFEST.json、register.jsonl.gz、checkpoints.json.gz、revisions.jsonl.gz 和 verify_register.py
必须有，其他的有哪些就核对哪些。退出码：0 没有问题；1 有问题；2 缺少文件或者用法不对。
"""

import argparse
import gzip
import hashlib
import importlib.util
import json
import sys
import tarfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
NEEDED = ("MANIFEST.json", "register.jsonl.gz", "checkpoints.json.gz", "revisions.jsonl.gz")
WITHHELD_AFTER = {"publish": "", "amend": "", "restore": "", "withdraw": "withdrawn", "remove": "removed"}


def lines_of(path):
    """压缩文件里的各行。"""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from file


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


def registered(entries):
    """登记簿说应当有的版本 {登记序号: (条目, 版次)}，和已撤回、已删除的信息 {索引号: withdrawn 或 removed}。"""
    revisions, newest, withheld = {}, {}, {}
    for entry in entries:
        if entry.get("subject_kind") != "item":
            continue
        key = entry["subject_key"]
        withheld[key] = WITHHELD_AFTER.get(entry["act"], withheld.get(key, ""))
        if entry["act"] in ("publish", "amend"):
            newest[key] = newest.get(key, 0) + 1
            revisions[entry["sequence"]] = entry, newest[key]
    return revisions, withheld


def revision_faults(lines, entries):
    """逐版核对：正文与它的 SHA-256，各项与登记簿；登记簿里有的版本一个也不少。"""
    head = json.loads(next(lines, "{}"))
    if head.get("format") != "lantai-revisions-1" or head["register_entries"] != len(entries):
        yield "公开版本的文件与登记簿不是同一次生成的，或者格式比本程序新。"
        return
    expected, withheld = registered(entries)
    for line in lines:
        row = json.loads(line)
        entry, number = expected.pop(row.get("entry"), (None, 0))
        if entry is None:
            yield f"登记簿第 {row.get('entry')} 条没有登记公开版本，或者重复。"
            continue
        for words in row_faults(row, entry, number, withheld[entry["subject_key"]]):
            yield f"第 {row['entry']} 条登记的公开版本{words}。"
    for sequence in expected:
        yield f"第 {sequence} 条登记的公开版本不见了。"


def row_faults(row, entry, number, withheld):
    """一个版本。正文不在的，登记簿必须说明为什么；hidden 是所在栏目已停用、期限刚满等，登记簿里没有撤回。"""
    told = tuple(row.get(name) for name in ("index_number", "revision", "content_sha256"))
    if told != (entry["subject_key"], number, entry["content_sha256"]):
        yield "的索引号、版次或者哈希与登记的不符"
    if row.get("withheld") not in ([withheld] if withheld else ["", "hidden"]):
        yield "是否已撤回、已删除，与登记的不符"
    moment = (entry["payload"] or {}).get("published_at", row.get("published_at"))
    if row.get("published_at") != (None if withheld in ("removed", "withdrawn") else moment):
        yield "的公开时间与登记的不符"
    content = row.get("content")
    if not isinstance(content, str):
        if content is not None or not row.get("withheld"):
            yield "没有正文，登记簿里也没有撤回或者删除"
    elif row.get("withheld"):
        yield "已撤回或者不再公开，却有正文"
    elif hashlib.sha256(content.encode("utf-8", "replace")).hexdigest() != entry["content_sha256"]:
        yield "的正文与登记的哈希不符，公开后被改动过"


def attachment_faults(path):
    """附件以自己的 SHA-256 命名。"""
    with tarfile.open(path) as archive:
        for member in archive:
            file = archive.extractfile(member)
            if file is None or digest_of(file) != member.name.partition(".")[0]:
                yield f"附件与它的 SHA-256 不符：{member.name}"


def unregistered(path, entries):
    """登记簿里没有的附件：保存版本之前就公开了的，或者不是本网站的。"""
    known = {file["sha256"] for entry in entries for file in (entry.get("payload") or {}).get("files", [])}
    return sum(json.loads(line)["sha256"] not in known for line in lines_of(path))


def main(say):
    """按命令行核验，返回退出码。"""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", default=HERE, type=Path)
    folder = parser.parse_args().folder
    if missing := [name for name in NEEDED if not (folder / name).is_file()]:
        say(f"缺少文件：{'、'.join(missing)}。请从 /data/ 下载到同一个目录。\n")
        return 2
    place = importlib.util.spec_from_file_location("verify_register", HERE / "verify_register.py")
    register = importlib.util.module_from_spec(place)
    place.loader.exec_module(register)
    faults = list(manifest_faults(folder, json.loads((folder / "MANIFEST.json").read_text("utf-8")), say))
    entries, found = register.read_register(lines_of(folder / "register.jsonl.gz"))
    checkpoints = json.loads("".join(lines_of(folder / "checkpoints.json.gz")))
    faults += found + list(register.checkpoint_faults(checkpoints, entries))
    say(f"登记簿 {len(entries)} 条，检查点 {len(checkpoints['checkpoints'])} 个。\n")
    if not register.Ed25519PublicKey:
        say("没有安装 cryptography，签名没有核对（安装：pip install cryptography）。\n")
    faults += revision_faults(lines_of(folder / "revisions.jsonl.gz"), entries)
    say(f"公开版本应有 {len(registered(entries)[0])} 个。\n")
    if (folder / "attachments.tar").is_file():
        faults += attachment_faults(folder / "attachments.tar")
    if (folder / "attachments.jsonl.gz").is_file():
        say(f"{unregistered(folder / 'attachments.jsonl.gz', entries)} 个附件没有登记过。\n")
    say("".join(f"问题：{fault}\n" for fault in faults) + f"发现 {len(faults)} 个问题。\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.stdout.write))
