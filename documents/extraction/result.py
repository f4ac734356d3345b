"""What reading a file yields."""

from dataclasses import dataclass

MAX_CHARACTERS = 2_000_000

BROKEN = "文件已损坏，无法读取。请用原来的软件打开，另存后重新上传。"
ENCRYPTED = "文件设有打开密码，无法读取。请取消密码后重新上传。"
TOO_LARGE = "文件展开后过大，无法读取。请拆分后重新上传。"
UNSAFE = "文件里有不应有的声明（DOCTYPE），为安全起见没有读取。请另存后重新上传。"
CUT = "文件很长，只读取了前面一部分。"
# What stands in a file without showing when it is opened.
COMMENTS, REVISIONS, HIDDEN_SHEETS, NOTES = "批注", "修订痕迹", "隐藏的工作表", "演讲者备注"
ACTIONS, EMBEDDED, AUTHOR = "打开或点击时自动执行的动作", "嵌入的文件", "文件属性中的作者"


class UnreadableError(Exception):
    """A file that cannot be read; the message is the reason (Chinese) and what to do."""


@dataclass
class Extraction:
    """The text of a file, one line a paragraph or row, cells apart by tabs.

    `reason` (Chinese) is empty where all of the text was read; else it says what was not, and what
    to do. `pages` and `pages_without_text` are known of PDF files: all pages without text is a
    scan. `remarks` names what stands in the file unseen: 批注, 修订痕迹, 隐藏的工作表, 演讲者备注
    (their text is part of `text`), the author in the properties of a PDF, files in it, and what it
    does by itself.
    """

    text: str = ""
    reason: str = ""
    pages: int = 0
    pages_without_text: int = 0
    remarks: tuple[str, ...] | list[str] = ()

    @property
    def is_scan(self) -> bool:
        """Whether it is a PDF of pictures alone."""
        return self.pages > 0 and self.pages == self.pages_without_text
