"""The metadata block (信息公开基本信息): labels in every layout met, and what they mean."""

import re
from dataclasses import dataclass, field
from typing import Any

from documents.old_pages.blocks import Cell
from documents.old_pages.folding import simplify

# Our name of a field → the labels pages print for it. Blanks inside a label are allowed everywhere.
LABELS = {
    "index_number": ("信息索引号", "政府信息索引号", "公开索引号", "索引号", "索引编号", "信息索取号", "索取号"),
    "title": ("信息名称", "文件名称", "公文名称", "文件标题", "公文标题", "标题", "名称", "主题名称"),
    "document_number": ("发文字号", "文件编号", "公文编号", "发文文号", "公文文号", "文件文号", "文件号", "文号", "发文号"),
    "created_on": (
        "成文日期", "成文时间", "生成日期", "生成时间", "产生日期", "形成日期", "发文日期", "发文时间", "签发日期", "制发日期",
        "信息生成日期", "印发日期", "产生时间",
    ),
    "published_on": (
        "发布日期", "发布时间", "公开日期", "公开时间", "上载日期", "上传日期", "上网日期", "发布于", "录入时间",
        "信息发布日期", "登记日期",
        "更新日期", "更新时间", "发稿时间", "添加时间", "日期", "时间",
    ),
    "organ": (
        "发布机构", "发文机关", "发文机构", "发文单位", "发布单位", "发布机关", "公开责任部门", "责任部门", "制作单位", "制发机关",
        "公开主体", "发文部门", "发布部门", "公开单位", "公开机构", "信息公开机构", "供稿单位", "责任单位", "文件发布机构", "颁布机构",
    ),
    "source": ("信息来源", "文章来源", "内容来源", "稿件来源", "来源", "稿源", "出处"),
    "validity": ("有效性", "时效性", "时效", "信息有效性", "文件有效性", "是否有效", "效力状态", "有效状态", "规范性文件有效性"),
    "valid_from": ("生效日期", "生效时间", "施行日期", "实施日期", "开始实施日期"),
    "valid_until": ("失效日期", "失效时间", "废止日期", "废止时间", "终止日期", "有效期"),
    "theme": ("主题分类", "主题类别", "主题目录", "信息主题分类", "服务主题分类"),
    "category": ("信息分类", "组配分类", "信息类别", "分类", "所属分类", "类别", "目录分类", "栏目分类", "信息种类", "公开目录"),
    "genre": ("体裁分类", "公文种类", "文种", "体裁", "公文体裁", "公文类型"),
    "keywords": ("主题词", "关键词", "关键字"),
    "summary": ("内容概述", "内容摘要", "摘要", "信息概要", "内容概要", "概述"),
    "disclosure_mode": ("公开方式", "公开类别", "公开属性", "公开形式", "公开类型", "属性"),
    "term": ("公开时限", "公开期限", "公开程序"),
    "scope": ("公开范围", "面向对象", "服务对象分类", "服务对象"),
    "views": (
        "浏览次数", "浏览量", "点击数", "点击次数", "点击率", "点击量", "阅读次数", "阅读量", "访问次数", "访问量", "浏览", "人气", "阅读",
        "点击", "本文被阅读", "浏览人数",
    ),
    "font": ("字号", "字体", "字体大小", "字体选择", "文字大小", "调整字体", "字号大小", "视力保护色", "保护视力色", "背景色"),
    "share": ("分享到", "分享", "分享至", "扫一扫"),
    "author": ("作者", "责任编辑", "编辑", "撰稿", "审核", "信息员", "录入人", "发布人", "录入者", "供稿", "责编", "初审", "终审", "编审"),
    "format": ("信息格式", "载体形式", "载体类型", "语种", "在线链接", "在线链接地址", "信息语种", "格式"),
    "other": (
        "政策咨询机关", "政策咨询电话", "咨询电话", "解读机关", "信息标识", "备注", "关联文件", "关联解读", "记录形式", "公开责任处室",
        "政策解读", "相关解读", "解读", "文件下载", "注意事项",
    ),
}  # fmt: skip
_MEANINGS = {label: name for name, labels in LABELS.items() for label in labels}
# Words that stand in running text as well: they are labels only before a colon.
_WEAK = {
    "标题", "名称", "日期", "时间", "来源", "分类", "类别", "作者", "编辑", "审核", "摘要", "概述", "浏览", "阅读", "点击", "备注",
    "属性", "格式", "有效期", "解读", "分享", "体裁", "人气", "字体", "字号", "时效", "出处", "关键词", "供稿", "语种", "文种", "服务对象",
    "责任部门", "责任单位", "发布单位", "政策解读", "注意事项", "公开范围", "公开方式", "公开时限", "公开程序",
}  # fmt: skip
_ALTERNATIVES = "|".join(
    r"[ \u3000\xa0]*".join(label) for label in sorted(_MEANINGS, key=len, reverse=True)
)
_COLON = r"[:：︰﹕]"
_LABEL = re.compile(
    rf"(?:(?<=^)|(?<=[\s|\[【〔（(•·●▪■◆*>，,；;])|(?<=[\]】）)]))(?P<label>{_ALTERNATIVES})[ \u3000]*[\]】]?[ \u3000]*(?P<colon>{_COLON}?)"
)
_WHOLE = re.compile(rf"(?:{_ALTERNATIVES})")
_BULLET = re.compile(r"^(?:[•·●▪■◆*\-–—>]\s*)+")
_EMPTY = re.compile(r"[\s|/\-—–_无:：]*\Z")
BUTTON = re.compile(
    r"[\[【（(]?\s*(?:朗读|打印|打印本页|打印此页|打印正文|我要打印|关闭|关闭窗口|关闭本页|收藏|收藏本页|分享|纠错|我要纠错|返回顶部|复制链接"
    r"|下载|文件下载|保存|word下载|pdf下载|大|中|小|默认|超大|特大|字号|字体|分享到|微信|微博|QQ空间|新浪微博|扫一扫|语音播报|听语音"
    r"|播放|暂停|停止|无障碍浏览|无障碍|长者模式|繁体|简体|关怀版|收起|展开|返回|首页|A\+|A-|A)\s*[\]】）)]?",
    re.IGNORECASE,
)


def _meaning(label: str) -> str:
    return _MEANINGS[re.sub(r"[\s\u3000\xa0]", "", label)]


@dataclass
class Metadata:
    """The block: values by our names, as found; and the names of labels that stand there without a
    value.
    """

    values: dict[str, list[str]] = field(default_factory=dict)
    blank: set[str] = field(default_factory=set)

    def note(self, name: str, value: str) -> None:
        """Keep a value; a label that has one anywhere is not blank."""
        value = _BULLET.sub("", value.strip()).strip(" \t\u3000\xa0|［］[]【】")
        if _EMPTY.match(value):
            self.blank.add(name)
        elif value not in self.values.setdefault(name, []):
            self.values[name].append(value)

    def all(self, name: str) -> list[str]:
        """Every value found for a field."""
        return self.values.get(name, [])

    def first(self, name: str) -> str:
        """The first value of a field, or an empty string."""
        return next(iter(self.all(name)), "")

    def is_blank(self, name: str) -> bool:
        """Whether the label stood there with nothing behind it, everywhere."""
        return name in self.blank and not self.values.get(name)


def is_label_cell(text: str) -> str | None:
    """The field a table cell or a whole line names, or None."""
    bare = _BULLET.sub("", simplify(text)).strip(" \t\u3000\xa0[]【】:：*")
    return _meaning(bare) if len(bare) <= 24 and _WHOLE.fullmatch(bare) else None


def labels_in(line: str) -> list[tuple[str, int, int]]:
    """(name, start, end) of the labels that open a line or stand in it after a blank. Text only
    mentions words.
    """
    found: list[Any] = []
    line = simplify(line)
    body = _BULLET.sub("", line)
    offset = len(line) - len(body)
    for match in _LABEL.finditer(body):
        label = re.sub(r"[\s\u3000\xa0]", "", match["label"])
        bracketed = body[: match.start()].endswith(("[", "【")) or match[0].rstrip().endswith(
            ("]", "】")
        )
        at_end = match.end() == len(body.rstrip())
        if (
            match["colon"]
            or bracketed
            or (label not in _WEAK and (match.start() == 0 or found))
            or (found and at_end)
        ):
            found.append((_meaning(match["label"]), match.start() + offset, match.end() + offset))
    if found and found[0][1] - offset > 60:
        return []
    return found


def is_label_line(line: str) -> bool:
    """Whether a line is one of the metadata block or of the line under a title."""
    if len(line) > 400:
        return False
    found = labels_in(line)
    if not found:
        return False
    before = _BULLET.sub("", line[: found[0][1]]).strip(" [【（(|\t\u3000")
    if len(before) > 30 or re.search(r"[。；！？]", before):
        return False
    name, _, end = found[0]
    return len(found) > 1 or len(line) - end <= (300 if name in {"summary", "keywords"} else 110)


def read_line(line: str, following: list[str], metadata: Metadata) -> int:
    """Note what a line of labels says. Returns how many of the following lines it took with it."""
    if (
        "|" in line
        and (cells := [cell.strip() for cell in line.strip(" |").split("|")])
        and is_label_cell(cells[0] or "x")
    ):
        read_cells(cells, metadata)
        return 0
    found = labels_in(line)
    ends = [start for _, start, _ in found[1:]] + [len(line)]
    for (name, _, end), until in zip(found, ends, strict=True):
        metadata.note(name, line[end:until])
    name, _, end = found[-1]
    if line[end:].strip(" \u3000|]】[【") or name in {"views", "font", "share", "author"}:
        return 0
    taken, value = _value_below(following)
    if taken:
        metadata.blank.discard(name)
        metadata.note(name, value)
    return taken


def _value_below(following: list[str]) -> Any:
    """(lines taken, value): a label alone has its value on the next line that says anything."""
    for taken, line in enumerate(following[:8], start=1):
        if not line.strip():
            continue
        if (
            labels_in(line)
            or is_label_cell(line)
            or _BULLET.match(line)
            or len(line) > 150
            or BUTTON.fullmatch(line.strip())
        ):
            return 0, ""
        return taken, line
    return 0, ""


def read_cells(cells: list[str], metadata: Metadata) -> None:
    """A row of label and value cells, in any number of pairs; a cell may hold both."""
    waiting = None
    for cell in cells:
        if name := is_label_cell(cell):
            if waiting:
                metadata.blank.add(waiting)
            waiting = name
        elif waiting and cell.strip():
            metadata.note(waiting, cell)
            waiting = None
        elif cell.strip() and labels_in(cell):
            read_line(cell, [], metadata)
    if waiting:
        metadata.blank.add(waiting)


def is_metadata_grid(grid: list[list[Cell]]) -> bool:
    """Whether a table is a metadata block."""
    names = [
        is_label_cell(cell.text) or next((n for n, *_ in labels_in(cell.text)), None)
        for row in grid
        for cell in row
    ]
    strong = {
        "index_number",
        "organ",
        "document_number",
        "created_on",
        "published_on",
        "theme",
        "title",
        "validity",
    }
    return len(strong & set(names)) >= 2 and len(grid) <= 16
