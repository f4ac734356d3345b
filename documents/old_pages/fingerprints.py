"""Which content management system made a page: by its address, its markup, its footer."""

import re

# name → patterns of the address. The first that fits wins: narrow ones stand first.
_ADDRESSES = (
    ("jpaas", r"/art/\d{4}/art_(?:\d+_)?[0-9a-f]{32}\b|jpaas-publish-server"),
    (
        "jcms",
        r"/art/\d{4}/\d{1,2}/\d{1,2}/art_\d+_\d+|/col/col\d+/|/module/xxgk/|/module/web/jpage/|/art_\d+_\d+\.html",
    ),
    ("gkmlpt", r"/gkmlpt/|/content/post_\d+\.html|/content/mpost_\d+\.html|/\d+/post_\d+\.html"),
    (
        "lonsun",
        r"/openness/detail/content/|/OpennessContent/|/public/column/|/public/\d+/\d+\.html|/content/article/\d+",
    ),
    ("vsb", r"/info/(?:egovinfo/)?\d+/\S+\.htm|content\.jsp\?urltype=|/egovinfo/|/info/\d+/\d+\b"),
    ("trs", r"/t\d{8}_\d+\.s?html?|/P0\d{17,}\."),
    ("heilongjiang", r"/c\d{5,6}/\d{6}/c\d{2}_\d+\.shtml|/c\d{5,6}/\d{6}/[0-9a-f]{32}\.s?html"),
    ("hebei", r"/govaffair/content\.jsp\?code="),
)
_MARKUP = (
    ("jcms", r"<!--<\$\[[^\]]{1,30}\]>begin-->|Produced By 大汉网络|大汉版通|article_zoom|/jcms\d?/|jpage/dataproxy|ZJEG_RSS"),
    ("jpaas", r"jpaas-|jpaas_|hanweb\.com"),
    ("trs", r"trs_web_|WCMUeditor|_trsDocType|TRS信息公开|trsapi|<meta name=.?generator.? content=.?TRS"),
    ("vsb", r"vsb_content|v_news_content|_vsb_|webplus|Vsb_|visualsitebuilder|_sitegray|博达"),
    ("gkmlpt", r"gkmlpt|广东省政府信息公开目录管理平台"),
    ("lonsun", r"[Ll]onsun|龙讯|ls-article-info|OpennessContent|lonsun"),
    ("siteserver", r"[Ss]ite[Ss]erver|stl:|sscms"),
)  # fmt: skip
# What travels with pasted text proves less: it counts only where no address tells otherwise.
_PASTED = (("trs", r"(?:class|CLASS)=.?TRS_Editor|trs_editor_view|TRS_PreAppend"),)
_COMPILED = {
    "pasted": [(name, re.compile(pattern)) for name, pattern in _PASTED],
    "address": [(name, re.compile(pattern)) for name, pattern in _ADDRESSES],
    "markup": [(name, re.compile(pattern)) for name, pattern in _MARKUP],
}


def cms_of(address: str | None, markup: str) -> str | None:
    """The name of the system, or None. `markup`: the whole file as text."""
    for name, pattern in _COMPILED["address"]:
        if address and pattern.search(address):
            return name
    names = [name for name, pattern in _COMPILED["markup"] if pattern.search(markup)]
    if not address:
        names += [name for name, pattern in _COMPILED["pasted"] if pattern.search(markup)]
    return names[0] if names else None
