"""An edition laid out as a document, the same for every format: imprint, metadata, title, blocks."""

from dataclasses import dataclass, field

from django.conf import settings
from django.template.defaultfilters import filesizeformat

from disclosure.files.facts import resolver
from documents.blocks.bodies import blocks_of
from statutory.blocks import findings_table, table_of

# What the imprint says of the hash; /register/verify/ looks for it in files (ledger.pages.uploads).
HASH_NOTE = "校验码（SHA-256）"


@dataclass
class Document:
    """What a file shows, in order. `imprint` and `metadata` are (label, value) pairs of text."""

    title: str
    organ: str
    platform: str
    line: list
    imprint: list
    metadata: list
    blocks: list = field(default_factory=list)


def compose(edition, pictures=None):
    """The document of an edition. `pictures`: as `blocks_of()` takes them."""
    facts = edition.facts
    resolve = resolver(facts["address"])

    def read(html):
        return blocks_of(html, pictures=pictures, resolve=resolve)

    return Document(
        title=facts["title"],
        organ=facts["organ"]["name"],
        platform=f"{settings.SITE['name']}{settings.SITE['platform']}",
        line=[facts["source"], f"发布日期：{facts['published_on']}"],
        imprint=imprint(edition),
        metadata=metadata(facts),
        blocks=[*read(facts["body"]["html"]), *_sections(facts, read), *_annexes(facts)],
    )


def generator():
    """The software that makes a file, with its version."""
    return f"兰台 Lantai {settings.VERSION}"


def imprint(edition):
    """Where the file comes from and how to check it: on every format."""
    facts = edition.facts
    made = edition.made_at.strftime("%Y-%m-%d %H:%M")
    number = facts["revision"]["number"]
    return [
        ("发布机构", facts["organ"]["name"]),
        ("索引号", facts["index_number"]),
        ("永久地址", facts["address"]),
        (HASH_NOTE, edition.code),
        ("导出版本", f"第 {number} 版，{made} 公开" if number else f"{made} 公开的版本"),
        ("制作软件", generator()),
    ]


def metadata(facts):
    """The metadata block (国办秘函〔2009〕6号), row for row as on the page; what has no value has
    no row.
    """
    until = f"（至 {facts['disclosed_until']}）" if facts["disclosed_until"] else ""
    rows = [
        ("索引号", facts["index_number"]),
        ("公开年度", str(facts.get("year", ""))),
        ("主题分类", facts["theme"]),
        ("体裁", facts["genre"]),
        ("发布机构", facts["organ"]["name"]),
        ("联合发文机构", "、".join(organ["name"] for organ in facts["joint_organs"])),
        ("制作机关", facts["issuer"]),
        ("发文字号", facts["document_number"]),
        ("成文日期", facts["created_on"]),
        ("发布日期", facts["published_on"]),
        ("导入日期", facts["imported_on"]),
        ("公开方式", facts["disclosure_mode"]),
        ("公开时限", facts["term"] + until),
        ("公开范围", facts["scope"]),
        ("有效性", facts["validity"]),
        ("关键词", facts["keywords"]),
        ("内容概述", facts["summary"]),
    ]
    return [(label, value) for label, value in rows if value]


def _sections(facts, read):
    for section in facts.get("sections", ()):
        yield _heading(section["title"])
        yield from read(section["html"])
        for key in section["tables"]:
            yield table_of(facts["regime"], key, facts["tables"][key])


def _annexes(facts):
    """What stands below the text on the page: attachments, related items, validity."""
    if files := facts["attachments"]:
        yield _heading("附件")
        yield _list([_attachment(file) for file in files], ordered=True)
    if rules := facts.get("account"):
        yield _heading("表格数据核对")
        yield _list([[_run(text)] for rule in rules for text in _account(rule)])
    if findings := facts.get("findings"):
        yield _heading("文字数据核对")
        yield findings_table(findings)
    if answers := facts.get("answers"):
        yield _heading("上年问题和承诺的落实情况")
        yield _list([[_run(_answer(answer))] for answer in answers], ordered=True)
    for name, title in (("interprets", "解读的文件"), ("interpretations", "相关解读")):
        if facts[name]:
            yield _heading(title)
            yield _list([[_run(other["title"], other["address"])] for other in facts[name]])
    if facts["validities"]:
        yield _heading("有效性")
        yield _list([_validity(row) for row in facts["validities"]])


def _account(rule):
    counts = f"核对 {rule['checked']} 处"
    counts += f"，{len(rule['broken'])} 处不符" if rule["broken"] else ""
    counts += f"，{rule['open']} 处因有空白无法核对" if rule["open"] else ""
    yield f"{rule['verdict']}：{rule['formula']}（{counts}）"
    yield from rule["broken"]
    if rule["explanation"]:
        yield f"报告机关的说明：{rule['explanation']}"


def _answer(answer):
    said = f"{answer['kind']}：{answer['text']}（{answer['status']}）"
    return f"{said}{answer['note']}" if answer["note"] else said


def _attachment(file):
    size = filesizeformat(file["size"]).replace("\xa0", " ")
    return [_run(file["name"], file["address"]), _run(f"（{size}，校验码 {file['sha256']}）")]


def _validity(row):
    runs = [_run(f"{row['starts_on']} 起{row['name']}")]
    if because := row["because_of"]:
        runs += [_run("，依据"), _run(because["title"], because["address"])]
    return [*runs, _run(f"（{row['note']}）")] if row["note"] else runs


def _run(text, href=""):
    return {"s": text, "m": [], "href": href} if href else {"s": text, "m": []}


def _heading(text):
    return {"t": "h", "level": 2, "c": [_run(text)]}


def _list(entries, *, ordered=False):
    return {
        "t": "list",
        "ordered": ordered,
        "start": 1,
        "items": [[{"t": "p", "c": runs}] for runs in entries],
    }
