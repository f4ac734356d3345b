"""README.txt of a deposit: what the archive and the library receive, and how they check it in
twenty years.
"""

from django.conf import settings

from disclosure.files.facts import origin
from disclosure.files.formats import FORMATS

_TEXT = """{platform}：移交国家档案馆、公共图书馆的政府信息
==================================================

依据：《中华人民共和国政府信息公开条例》第二十五条
来源：{origin}
范围：{words}
内容：{number} 条；格式：{formats}

一、文件
    items/索引号/               每条信息的文件；attachments/ 是它的附件。文件名不能用的字符（例如 /）写成 _
    catalogue.csv、.xlsx        目录：索引、名称、内容概述、生成日期，以及发布机构、文号、有效性等
    withdrawn.csv               这段时间撤回、归档、依法删除的信息。以前移交过的副本，请据此停止提供
    register/register.jsonl     公开登记簿：与这些信息有关的条目含全部文字，其余条目只留链条所需的部分
    register/checkpoints.json   登记簿的签名检查点和公钥
    register/revisions.jsonl    这些信息的每一个公开版本的原文，校验码在登记簿里
    MANIFEST                    除它自己和印章以外每个文件的校验码（SHA-256）
    SEAL.json                   印章：登记簿的密钥对 MANIFEST 和登记簿最后一条的签名
    verify_export.py            核验程序，只需 Python 3.8 以上，不需要联网
    verify_register.py、verify_revisions.py、verify_seal.py  由它调用

二、核验
    在本目录运行：  python3 verify_export.py
    与从别处得到的公钥、检查点核对：加 --key 公钥编号，或者 --checkpoint 条数:校验码
    也可以用系统自带的工具核对文件：  sha256sum -c MANIFEST

三、长期保存
    PDF 是 PDF/A（字体在文件里）；HTML 是单个文件，图片在文件里；JSON 是全部事实，字段见平台文档。附件是当时公开的原文件。
    同样的公开内容、同样的登记簿，任何时候生成都得到逐字节相同的包。
    没有编写内容概述的信息，该列为空。
{problems}"""


def deposit_readme(words, number, formats, problems):
    """The text, with what could not be put into the package."""
    missing = (
        "\n四、没有能够放进包里的文件\n" + "".join(f"    {problem}\n" for problem in problems)
        if problems
        else ""
    )
    return _TEXT.format(
        platform=f"{settings.SITE['name']}{settings.SITE['platform']}",
        origin=origin(),
        words=words,
        number=number,
        formats="、".join(FORMATS[extension].label for extension in formats),
        problems=missing,
    ).replace("\n", "\r\n")
