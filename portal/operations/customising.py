"""What `check --deploy` and `doctor` say of the district's own templates and colours."""

import json
import os
import posixpath
import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template import TemplateSyntaxError, engines

from portal.customising import colours, folder, overrides
from portal.customising.overrides import State
from portal.operations.symptoms import Symptom

ADDRESS = re.compile(r"""(?:url\(\s*|@import\s+)["']?([^"')\s]+)""")
HOW_TO_RENEW = "请运行 manage.py customise {name} --compare 看两者的差别，把需要的改动并进去，再运行 manage.py customise {name} --confirm。"
REMEDIES = {
    State.OUTDATED: HOW_TO_RENEW,
    State.UNMARKED: HOW_TO_RENEW,
    State.GONE: "它不再起作用：请看 CHANGELOG.md 改到别处，或者删除 {path}。",
}


def symptoms() -> Iterator[Symptom]:
    """Everything, what breaks pages first."""
    if (
        not os.path.isdir(settings.CUSTOM_DIR)
        and settings.CUSTOM_DIR != settings.BASE_DIR / "custom"
    ):
        yield Symptom(
            f"CUSTOM_DIR 指向的文件夹 {settings.CUSTOM_DIR} 不存在，或者运行服务的账号进不去：页面显示的是原来的样子。",
            "请改正 CUSTOM_DIR，或者建立这个文件夹（上级文件夹的权限也要能进去），然后重新启动。",
            is_grave=False,
        )
    for path in folder.unreadable():
        yield Symptom(
            f"{path} 运行服务的账号读不出来，用到它的页面会出错。",
            f"请运行 chmod -R u=rwX,go=rX {settings.CUSTOM_DIR}，然后重新启动。",
        )
    yield from _templates()
    yield from _addresses()
    yield from _colours()


def against_upgrading() -> Iterator[Symptom]:
    """What would fail or change pages after the next start: a template that breaks them, and a
    folder that new code has replaced.
    """
    yield from (one for one in symptoms() if one.is_grave)
    if lost := [
        name
        for name in (folder.STYLESHEET, *folder.LOGOS)
        if name in _delivered() and not finders.find(name)
    ]:
        yield Symptom(
            f"以前的自定义文件夹不见了：页面正在使用其中的 {lost[0]}，{settings.CUSTOM_DIR / 'static'} 中没有。",
            "请从旧版程序的目录把 custom 复制过来，或者用 CUSTOM_DIR 指明它在哪里；不再需要的，先运行 manage.py collectstatic --noinput。",
        )


def _delivered() -> dict[str, str]:
    """Names of the static files that pages have been linking."""
    try:
        return json.loads((Path(settings.STATIC_ROOT) / "staticfiles.json").read_text())["paths"]
    except (OSError, ValueError, KeyError):
        return {}


def _templates() -> Iterator[Symptom]:
    known = overrides.overrides()
    readable = {one.name for one in known}
    for path in folder.files(folder.templates()):
        name = path.relative_to(folder.templates()).as_posix()
        if name not in readable and path not in set(folder.unreadable()):
            yield Symptom(
                f"模板 {path} 不是 UTF-8 编码，用到它的页面会出错。",
                "请用 UTF-8 另存一次，然后重新启动。",
            )
    for one in known:
        yield from _template(one, known)


def _template(one: overrides.Override, known: list[overrides.Override]) -> Iterator[Symptom]:
    try:
        engines["django"].from_string(one.text)
    except TemplateSyntaxError as error:
        yield Symptom(
            f"模板 {overrides.path_of(one.name)} 写得不对，用到它的页面会出错：{error}",
            "请改正它，或者把它移走，然后重新启动。",
        )
    if one.state in REMEDIES:
        yield Symptom(
            f"模板 {overrides.path_of(one.name)} {one.state.value}。",
            REMEDIES[one.state].format(name=one.name, path=overrides.path_of(one.name)),
            is_grave=False,
        )
    elif one.state is State.OWN and not any(
        one.name in other.text for other in known if other is not one
    ):
        yield Symptom(
            f"模板 {overrides.path_of(one.name)} 没有用到：没有这个名字的原件，别的模板也没有引用它。",
            "请核对它的名字和所在的文件夹（要与原件的相同），或者删除它。",
            is_grave=False,
        )


def _colours() -> Iterator[Symptom]:
    own = folder.static_files() / folder.STYLESHEET
    text, tokens = _text(own), _text(finders.find("css/tokens.css"))
    if not text:
        return
    ours, theirs = colours.read(tokens), colours.read(text)
    for pair in colours.faint(ours, theirs):
        yield Symptom(
            f"{own.name} 中的颜色看不清：{'深色模式下，' if pair.is_dark else ''}--{pair.foreground} 与 --{pair.background} "
            f"的对比度是 {int(pair.contrast * 100) / 100:.2f}，不到 {pair.least}（WCAG 2.2、GB/T 37668）。",
            "请把两者的明暗拉开"
            + (
                "；深色模式的颜色写在 @media (prefers-color-scheme: dark) 中。"
                if pair.is_dark
                else "。"
            ),
            is_grave=False,
        )
    for token, value in colours.unread(theirs):
        yield Symptom(
            f"{own.name} 中 --{token} 的值 {value} 没有检查对比度。",
            "请写成 #rrggbb 的样子。",
            is_grave=False,
        )


def _addresses() -> Iterator[Symptom]:
    """What the stylesheet names beside itself: a file that is missing stops `collectstatic`, other
    sites are refused by the policy.
    """
    css = re.sub(
        r"/\*.*?\*/", "", _text(folder.static_files() / folder.STYLESHEET), flags=re.DOTALL
    )
    for address in dict.fromkeys(ADDRESS.findall(css)):
        if re.match(r"https?:|//", address):
            yield Symptom(
                f"{folder.STYLESHEET} 中引用的 {address} 不会显示：安全策略不允许别的网站的内容。",
                f"请把文件放到 {folder.static_files()} 中，写成 url(img/…) 的样子。",
                is_grave=False,
            )
        elif not re.match(r"data:|#|/", address) and not finders.find(
            posixpath.normpath(re.split("[?#]", address)[0])
        ):
            yield Symptom(
                f"{folder.STYLESHEET} 中引用的 {address} 不存在，collectstatic 会停下。",
                f"请把文件放到 {folder.static_files()} 中，或者改正这个地址。",
            )


def _text(path: object) -> str:
    try:
        with open(str(path), encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""
