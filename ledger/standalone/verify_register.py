#!/usr/bin/env python3
"""核验一份下载的公开登记簿。只用 Python 3.8 以上的标准库；装有 cryptography 时还核对检查点的签名。

    python3 verify_register.py export.jsonl [--checkpoints checkpoints.json]  核验登记簿（并核对检查点；以前另存的用 --checkpoint）
    python3 verify_register.py export.jsonl --find 文件或SHA-256               并查一份文件是否登记过、是否现行

退出码：0 没有问题；1 有问题、读不出来，或者要查的文件没有登记；2 用法不对。
"""

import argparse
import hashlib
import json
import re
import sys
from pathlib import Path

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:
    Ed25519PublicKey, InvalidSignature = None, ValueError  # 核验数据包时由 verify_seal.py 代替

WORDS = ("subject_title", "note", "payload")  # 可以依法隐去的文字：校验码只含它们加盐的摘要
NOT_HASHED = {"entry_hash", *WORDS, *(word + "_salt" for word in WORDS)}
GONE_AFTER = {"publish": False, "amend": False, "restore": False, "withdraw": True, "remove": True}


def sha256(content):
    """十六进制的 SHA-256。"""
    return hashlib.sha256(content).hexdigest()


def without(value, names):
    """去掉几个字段后的对象。"""
    return {name: part for name, part in value.items() if name not in names}


def canonical(value):
    """规范写法：UTF-8 的 JSON，键按码位排序，没有空白。"""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")


def entry_faults(entry, expected, previous_hash):
    """逐条核对：序号、链接、校验码，以及公开文字与摘要。"""
    number = entry["sequence"]
    if entry.get("format") != "lantai-entry-1":
        return (yield f"第 {number} 条读不出来，或者格式比本程序新。")
    if number != expected or entry["previous_hash"] != previous_hash:
        yield f"第 {number} 条没有接在前一条之后：序号应为 {expected}，前一条的校验码应为 {previous_hash}。"
    if sha256(canonical(without(entry, NOT_HASHED))) != entry["entry_hash"]:
        yield f"第 {number} 条的内容与它的校验码不符。"
    for word in WORDS:
        opened = {"salt": entry[word + "_salt"], "value": entry[word]}  # 都没有：文字已依法隐去，只能核对摘要
        if opened != {"salt": None, "value": None} and sha256(canonical(opened)) != entry[word + "_digest"]:
            yield f"第 {number} 条的 {word} 与它的摘要不符。"


def read_register(lines):
    """返回（条目，问题）。"""
    entries, faults, previous_hash, head = [], [], "0" * 64, json.loads(next(lines, "{}"))
    if head.get("format") != "lantai-register-1":
        raise ValueError("这不是登记簿，或者格式比本程序新。")
    for line in lines:
        entry = json.loads(line)
        faults += entry_faults(entry, len(entries) + 1, previous_hash)
        entries.append(entry)
        previous_hash = entry.get("entry_hash")
    if head["entries"] != len(entries) or head["head_hash"] != previous_hash:
        faults.append(f"登记簿应有 {head['entries']} 条，实有 {len(entries)} 条，或者最后一条不符：下载可能中断。")
    return entries, faults


def is_signed(value, public_key, signature):
    """签名是否成立；没有装 cryptography 时当作成立，由 main 说明。"""
    try:
        if Ed25519PublicKey:
            Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(bytes.fromhex(signature), canonical(value))
    except (InvalidSignature, ValueError):
        return False
    return True


def public_keys(listed, faults):
    """{编号: 公钥}；公钥与编号、背书的问题放进 faults。"""
    keys = {}
    for key in listed:
        keys[key["key_id"]] = key["public_key"]
        endorsed, endorser = without(key, {"key_id", "endorsement"}), keys.get(key["endorsed_by"], "")
        digest = sha256(bytes.fromhex(key["public_key"]))  # 背书由前一把密钥签，第一把自己签
        if digest[:32] != key["key_id"] or not is_signed(endorsed, endorser, key["endorsement"]):
            faults.append(f"公钥 {key['key_id']} 与它的编号不符，或者上面的签名不成立。")
    return keys


def checkpoint_faults(data, entries, are_all=True):
    """核对检查点与登记簿、签名、公钥及其背书；are_all：是不是登记簿的全部检查点。"""
    faults, before = [], 1  # before：前一个检查点签到第几条
    keys = public_keys(data["keys"], faults)
    yield from faults
    for number, point in enumerate(data["checkpoints"], 1):
        entry = entries[point["sequence"] - 1] if before <= point["sequence"] <= len(entries) else {}
        before = max(before, point["sequence"])
        if (are_all and point["number"] != number) or entry.get("entry_hash") != point["entry_hash"]:
            yield f"第 {number} 个检查点（{point['day']}）没有接着前一个，或者与登记簿第 {point['sequence']} 条不符。"
        if not is_signed(without(point, {"signature"}), keys.get(point["key_id"], ""), point["signature"]):
            yield f"第 {number} 个检查点（{point['day']}）的签名不成立。"


def find(entries, digest):
    """与这一摘要有关的结论，每个对象一句。"""
    subjects = {}
    for entry in entries:
        key, payload = (entry["subject_kind"], entry["subject_key"]), entry["payload"] or {}
        seen, gone, content, files = subjects.get(key, (0, False, None, []))
        named = [file["sha256"] for file in payload.get("files", [])]
        seen = entry["sequence"] if digest in [entry["content_sha256"], *named] else seen
        files, content = (named if "files" in payload else files), entry["content_sha256"] or content
        subjects[key] = seen, GONE_AFTER.get(entry["act"], gone), content, files
    for (_, key), (seen, gone, content, files) in subjects.items():
        verdict = "已撤回或删除" if gone else "现行版本" if digest in [content, *files] else "已被后来的版本取代"
        yield from [f"真实：第 {seen} 条登记过（{key}），{verdict}。"] * bool(seen)


def main(say):
    """按命令行核验，返回退出码。"""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    list(map(parser.add_argument, ("register", "--checkpoints", "--checkpoint", "--find")))
    options = parser.parse_args()
    with open(options.register, encoding="utf-8") as file:
        entries, faults = read_register(file)
    data = {"keys": []}  # 单独一个检查点没有公钥，用前一个文件里的
    say(f"登记簿共 {len(entries)} 条，最后一条的校验码 {entries[-1].get('entry_hash') if entries else '无'}\n")
    for path in filter(None, (options.checkpoints, options.checkpoint)):
        kept = json.loads(Path(path).read_text("utf-8"))
        data = kept if "checkpoints" in kept else {**data, "checkpoints": [kept]}
        faults += checkpoint_faults(data, entries, path == options.checkpoints)
        say(f"检查点 {len(data['checkpoints'])} 个，公钥 {'、'.join(k['key_id'] for k in data['keys'])}（请与别处记下的核对）\n")
        say("" if Ed25519PublicKey else "没有安装 cryptography，签名没有核对（安装：pip install cryptography）。\n")
    say("".join(f"问题：{fault}\n" for fault in faults) + f"发现 {len(faults)} 个问题。\n")
    if options.find and not faults:
        digest = options.find.lower() if re.fullmatch("[0-9a-fA-F]{64}", options.find) else ""
        found = list(find(entries, digest or sha256(Path(options.find).read_bytes())))
        say("；".join(found or ["登记簿中没有：可能不是本机关公开的，也可能被改动过。"]) + "\n")
        return 0 if found else 1
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.stdout.write))
