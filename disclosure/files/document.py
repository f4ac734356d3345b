"""An edition laid out as a document, the same for every format: imprint, metadata, title, blocks."""

from dataclasses import dataclass, field

from django.conf import settings
from django.template.defaultfilters import filesizeformat

from disclosure.files.annex import annex
from disclosure.files.blocks import entries, heading, run
from disclosure.files.facts import resolver
from documents.blocks.bodies import blocks_of
from statutory.blocks import table_of

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
        yield heading(section["title"])
        yield from read(section["html"])
        for key in section["tables"]:
            yield table_of(facts["regime"], key, facts["tables"][key])


def _annexes(facts):
    """What stands below the text on the page: attachments, related items, validity."""
    if files := facts["attachments"]:
        yield heading("附件")
        yield entries([_attachment(file) for file in files], ordered=True)
    if answers := facts.get("answers"):
        yield heading("上年问题和承诺的落实情况")
        yield entries([[run(_answer(answer))] for answer in answers], ordered=True)
    for name, title in (("interprets", "解读的文件"), ("interpretations", "相关解读")):
        if facts[name]:
            yield heading(title)
            yield entries([[run(other["title"], other["address"])] for other in facts[name]])
    if facts["validities"]:
        yield heading("有效性")
        yield entries([_validity(row) for row in facts["validities"]])
    yield from annex(facts)


def _answer(answer):
    said = f"{answer['kind']}：{answer['text']}（{answer['status']}）"
    return f"{said}{answer['note']}" if answer["note"] else said


def _attachment(file):
    size = filesizeformat(file["size"]).replace("\xa0", " ")
    return [run(file["name"], file["address"]), run(f"（{size}，校验码 {file['sha256']}）")]


def _validity(row):
    runs = [run(f"{row['starts_on']} 起{row['name']}")]
    if because := row["because_of"]:
        runs += [run("，依据"), run(because["title"], because["address"])]
    return [*runs, run(f"（{row['note']}）")] if row["note"] else runs
