#!/usr/bin/env python3
"""核验一份下载的公开登记簿。只用 Python 3.8 以上的标准库；装有 cryptography 时还核对检查点的签名。

    python3 verify_register.py export.jsonl                                   核验登记簿
    python3 verify_register.py export.jsonl --checkpoints checkpoints.json    并核对检查点
    python3 verify_register.py export.jsonl --checkpoint 以前另存的.json       并核对以前另存的检查点
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
    Ed25519PublicKey = None

WORDS = ("subject_title", "note", "payload")  # 可以依法隐去的文字：哈希只含它们加盐的摘要
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
    """逐条核对：序号、链接、哈希，以及公开文字与摘要。"""
    number = entry["sequence"]
    if entry.get("format") != "lantai-entry-1":
        return (yield f"第 {number} 条读不出来，或者格式比本程序新。")
    if number != expected or entry["previous_hash"] != previous_hash:
        yield f"第 {number} 条没有接在前一条之后：序号应为 {expected}，前一条的哈希应为 {previous_hash}。"
    if sha256(canonical(without(entry, NOT_HASHED))) != entry["entry_hash"]:
        yield f"第 {number} 条的内容与它的哈希不符。"
    for word in WORDS:
        salt = entry[word + "_salt"]  # 没有盐和文字：已依法隐去，只能核对摘要
        if (salt, entry[word]) != (None, None) and sha256(canonical({"salt": salt, "value": entry[word]})) != entry[word + "_digest"]:
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
            key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
            key.verify(bytes.fromhex(signature), canonical(value))
    except (InvalidSignature, ValueError):
        return False
    return True


def checkpoint_faults(data, entries, are_all=True):
    """核对检查点与登记簿、签名、公钥及其背书；are_all：是不是登记簿的全部检查点。"""
    keys, before = {}, 1  # before：前一个检查点签到第几条
    for key in data["keys"]:
        if sha256(bytes.fromhex(key["public_key"]))[:32] != key["key_id"]:
            yield f"公钥 {key['key_id']} 与它的编号不符。"
        keys[key["key_id"]] = key["public_key"]
        endorsed, endorser = without(key, {"key_id", "endorsement"}), keys.get(key["endorsed_by"], "")
        if not is_signed(endorsed, endorser, key["endorsement"]):  # 由前一把密钥签名，第一把由自己签名
            yield f"公钥 {key['key_id']} 上的签名不成立。"
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
        state = subjects.setdefault((entry["subject_kind"], entry["subject_key"]), {"seen": 0, "gone": False})
        payload = entry["payload"] or {}
        files = [file["sha256"] for file in payload.get("files", [])]
        state["content"] = entry["content_sha256"] or state.get("content")
        state["files"] = files if "files" in payload else state.get("files", [])
        state["gone"] = GONE_AFTER.get(entry["act"], state["gone"])
        state["seen"] = entry["sequence"] if digest in [entry["content_sha256"], *files] else state["seen"]
    for (_, key), state in subjects.items():
        verdict = "现行版本" if digest in [state["content"], *state["files"]] else "已被后来的版本取代"
        if state["seen"]:
            yield f"真实：第 {state['seen']} 条登记过（{key}），{'已撤回或删除' if state['gone'] else verdict}。"


def main(say):
    """按命令行核验，返回退出码。"""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("register", "--checkpoints", "--checkpoint", "--find"):
        parser.add_argument(name)
    options = parser.parse_args()
    with open(options.register, encoding="utf-8") as file:
        entries, faults = read_register(file)
    data = {"keys": []}  # 单独一个检查点没有公钥，用前一个文件里的
    say(f"登记簿共 {len(entries)} 条，最后一条的哈希 {entries[-1].get('entry_hash') if entries else '无'}\n")
    for path in filter(None, (options.checkpoints, options.checkpoint)):
        kept = json.loads(Path(path).read_text("utf-8"))
        data = kept if "checkpoints" in kept else {**data, "checkpoints": [kept]}
        faults += checkpoint_faults(data, entries, path == options.checkpoints)
        key_ids = "、".join(key["key_id"] for key in data["keys"])
        say(f"检查点 {len(data['checkpoints'])} 个，公钥 {key_ids}（请与别处记下的核对）\n")
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
