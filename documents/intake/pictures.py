"""Pictures of a Word file: taken out of it, known by their content, never fetched from elsewhere."""

import re
from typing import Any

from documents.cleaning.pictures import without_metadata
from documents.doubts import Doubt
from documents.intake.package import Package
from documents.intake.result import Picture

MAX_PICTURES = 200
MAX_BYTES = 15_000_000
_SIGNATURES = {b"\x89PNG\r\n\x1a\n": ("png", "image/png"), b"\xff\xd8\xff": ("jpg", "image/jpeg")}
# A file's path or name, or the name a word processor gives by itself, describes nothing.
_NO_DESCRIPTION = re.compile(
    r"(?:.*[\\/].*|\S*\.(?:png|jpe?g|gif|bmp|tiff?|emf|wmf)|(?:图片|图像|Picture|Image|IMG)[\s_-]*\d*|[0-9a-f]{16,}"
    r"|(?:QQ截图|微信图片|wps)[\w-]*)",
    re.IGNORECASE,
)


class Pictures:
    """The pictures met while the body is written, each once."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._by_target: dict[Any, Any] = {}
        self._missing: list[Any] = []
        self._without_alt = 0

    @property
    def found(self) -> list[Picture]:
        """All pictures, in the order of the text."""
        return [picture for picture in self._by_target.values() if picture]

    def take(self, target: str, alt: str) -> tuple[Any, ...]:
        """(picture or None, alternative text) for a picture of the text."""
        alt = "" if _NO_DESCRIPTION.fullmatch(alt.strip()) else alt.strip()
        if target not in self._by_target and len(self._by_target) < MAX_PICTURES:
            self._by_target[target] = self._read(target, alt)
        picture = self._by_target.get(target)
        if picture is None:
            self._missing.append(alt or target.rpartition("/")[2][:80])
        elif not alt:
            self._without_alt += 1
        return picture, alt

    def _read(self, target: str, alt: str) -> Picture | None:
        content = self._package.read(self._package.beside_main(target)) or b""
        for signature, (extension, content_type) in _SIGNATURES.items():
            if content.startswith(signature) and len(content) <= MAX_BYTES:
                clean, _ = without_metadata(content)
                return Picture(
                    f"picture-{len(self._by_target) + 1}.{extension}", clean, content_type, alt
                )
        return None

    def doubts(self) -> list[Doubt]:
        """What the clerk has to do about the pictures."""
        missing = "、".join(dict.fromkeys(self._missing))[:200]
        findings = {
            Doubt(
                "pictures-left-out",
                f"有 {len(self._missing)} 幅图片没有录入（{missing}）：只接受 PNG 和 JPEG，15 MB 以内。"
                "请另存为 PNG 后在正文中插入。",
            ): bool(self._missing),
            Doubt(
                "pictures-undescribed",
                f"有 {self._without_alt} 幅图片没有替代文字，请在正文中逐幅补写，供看不到图片的人了解内容。",
            ): bool(self._without_alt),
        }
        return [sentence for sentence, is_found in findings.items() if is_found]
