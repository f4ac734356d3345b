"""核对数据包里的公开版本，以及由它们生成的数据。由 verify_export.py、verify_package.py 调用。只用 Python 3.8 以上的标准库。

一个公开版本的原文，校验码在登记簿里；数据（JSON）写着它出自哪一版：名称、日期、统计表、附件等要与那一版的原文相同。
"""

import csv
import hashlib
import json

WITHHELD_AFTER = {"publish": "", "amend": "", "restore": "", "withdraw": "withdrawn", "remove": "removed"}
FRESH = set()  # 写包时才有新版本的信息：目录、数据里有没有它、是哪一版，都可以
SAME = ("title", "document_number", "summary", "issuer", "keywords", "created_on", "disclosed_until")


def registered(entries, subjects=None):
    """登记簿说应当有的版本 {登记序号: (条目, 版次)}，和已撤回、已删除的信息 {索引号: withdrawn 或 removed}。subjects：只要这些索引号的。"""
    revisions, newest, withheld = {}, {}, {}
    for entry in entries:
        key = entry.get("subject_key")
        if entry.get("subject_kind") != "item" or (subjects is not None and key not in subjects):
            continue
        withheld[key] = WITHHELD_AFTER.get(entry["act"], withheld.get(key, ""))
        if entry["act"] in ("publish", "amend") and entry["content_sha256"]:
            newest[key] = newest.get(key, 0) + 1
            revisions[entry["sequence"]] = entry, newest[key]
    return revisions, withheld


def revision_faults(lines, entries, states=None, begun=None):
    """逐版核对：正文与它的 SHA-256，各项与登记簿；登记簿里有的版本一个也不少。各版的要点放进 states：{索引号: {版次: 要点}}。

    begun：写包开始时登记簿有几条，印章里写着；那以后的版本，包里的数据有或者没有都可以。
    """
    head = json.loads(next(lines, "{}"))
    if head.get("format") != "lantai-revisions-1" or head["register_entries"] != len(entries):
        yield "公开版本的文件与登记簿不是同一次生成的，或者格式比本程序新。"
        return
    expected, withheld = registered(entries, head.get("subjects"))
    for line in lines:
        row = json.loads(line)
        entry, number = expected.pop(row.get("entry"), (None, 0))
        if entry is None:
            yield f"登记簿第 {row.get('entry')} 条没有登记公开版本，或者重复。"
            continue
        faults = list(row_faults(row, entry, number, withheld[entry["subject_key"]]))
        yield from (f"第 {row['entry']} 条登记的公开版本{words}。" for words in faults)
        if states is not None and not faults:
            note_state(states, row, is_settled=begun is None or row["entry"] <= begun)
    for sequence in expected:
        yield f"第 {sequence} 条登记的公开版本不见了。"


def note_state(states, row, is_settled):
    """记下一版的要点。写包以前就有的（is_settled），只留最后一版；写包时才有的另记，数据出自哪一版都可以。"""
    if is_settled:
        states.pop(row["index_number"], None)
    FRESH.update([] if is_settled else [row["index_number"]])
    state = row["content"] and json.loads(row["content"])
    states.setdefault(row["index_number"], {})[row["revision"]] = state and {
        **{key: state["item"][key] or "" for key in SAME},
        "tables": (state["report"] or {}).get("tables"),
        "files": [file["sha256"] for file in state["attachments"]],
    }


def row_faults(row, entry, number, withheld):
    """一个版本。正文不在的，登记簿必须说明为什么；hidden 是所在栏目已停用、期限刚满等，登记簿里没有撤回。"""
    told = tuple(row.get(name) for name in ("index_number", "revision", "content_sha256"))
    if told != (entry["subject_key"], number, entry["content_sha256"]):
        yield "的索引号、版次或者校验码与登记的不符"
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
        yield "的正文与登记的校验码不符，公开后被改动过"


def files_on_record(states, entries):
    """登记过的附件的 SHA-256：登记簿写着的，和公开版本的原文写着的（登记簿的文字可能依法隐去）。"""
    known = {file["sha256"] for entry in entries for file in (entry.get("payload") or {}).get("files", [])}
    return known.union(*(state["files"] for versions in states.values() for state in versions.values() if state))


def facts_faults(facts, states):
    """一条信息的数据与它写着的那一版的原文。"""
    key, number = facts["index_number"], facts["revision"]["number"]
    if number is None and key not in states:  # 保存版本以前就公开的，登记簿里没有
        return
    state = states.get(key, {}).get(number)
    if state is None:
        yield f"{key}：数据写着第 {number} 版，公开版本里没有，或者不是最后一版。"
        return
    different = [name for name in SAME if (facts[name] or "") != state[name]]
    different += ["统计表"] * (facts.get("tables") != state["tables"])
    different += ["附件"] * (not {file["sha256"] for file in facts["attachments"]} <= set(state["files"]))
    if different:
        yield f"{key}：数据与公开版本的原文不符（{'、'.join(different)}）。"


def missing_faults(numbers, states):
    """公开版本有原文、数据里却没有的信息。numbers：数据里有的索引号。"""
    missing = [key for key, versions in states.items() if key not in numbers and all(versions.values())]
    yield from (f"{key}：登记簿里是公开的，数据里却没有。" for key in missing if key not in FRESH)


def facts_digest_faults(facts):
    """JSON 文件里写着的校验码。"""
    rest = {key: value for key, value in facts.items() if key != "content_sha256"}
    text = json.dumps(rest, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    if hashlib.sha256(text.encode("utf-8", "replace")).hexdigest() != facts.get("content_sha256"):
        yield f"{facts['index_number']}：JSON 的内容与它写着的校验码不符。"


def export_faults(source, entries, digests, begun):
    """导出包里的公开版本；附件都登记过；JSON 与它写着的那一版、与自己的校验码相符；不多不少。digests：{文件: SHA-256}。"""
    states, numbers = {}, {}
    if "register/revisions.jsonl" in source.names():
        with source.open("register/revisions.jsonl") as file:
            yield from revision_faults((line.decode() for line in file), entries, states, begun)
    known = files_on_record(states, entries) | {entry.get("content_sha256") for entry in entries}
    for name, digest in digests.items():
        if ("/attachments/" in name or "/revisions/" in name) and digest not in known:
            yield f"没有登记过，不是公开时的文件：{name}"
        if name.startswith(("reports/", "items/")) and name.endswith(".json") and "/attachments/" not in name:
            with source.open(name) as file:
                facts = json.load(file)
            numbers[facts["index_number"]] = facts["title"]
            yield from facts_digest_faults(facts)
            yield from facts_faults(facts, states) if states else ()
    yield from missing_faults(numbers, states) if numbers else ()


def catalogue_faults(lines, titles):
    """目录（CSV）的索引和名称与数据 {索引号: 名称} 相同，不多不少。公式开头的文字前面有一个撇号。"""
    rows = [row for row in csv.reader(lines) if len(row) > 1][1:]
    told = {row[0]: row[1] for row in rows}
    if len(told) != len(rows) or set(told) - FRESH != set(titles) - FRESH:
        yield "目录与各条信息的数据不是同样的一些信息。"
    for key, title in told.items():
        if key not in FRESH and title not in (titles.get(key, title), "'" + titles.get(key, title)):
            yield f"{key}：目录里的名称与数据不符。"
