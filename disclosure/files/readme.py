"""README.txt of a package of reports: what is in it and how it is checked, for a reader who has
never met us.
"""

from django.conf import settings

from disclosure.files.facts import origin
from disclosure.files.formats import FORMATS

_TEXT = """{platform}：年度报告导出包
==================================================

来源：{origin}
内容：{number} 份已公开的政府信息公开工作年度报告
格式：{formats}

一、文件
    reports/机关/年度/          每份报告的文件；attachments/ 是它的附件
    figures.csv                 各报告统计表中的全部数字，一行一个数（含表、行、列的名称）
    findings.csv                重新计算报告文字中的数字得到的结论：相符、不符、无法核对
    register/register.jsonl     公开登记簿：与这些报告有关的条目含全部文字，其余条目只留链条所需的部分
    register/checkpoints.json   登记簿的签名检查点和公钥
    register/revisions.jsonl    这些报告的每一个公开版本的原文，校验码在登记簿里
    MANIFEST                    除它自己和印章以外每个文件的校验码（SHA-256）
    SEAL.json                   印章：登记簿的密钥对 MANIFEST 和登记簿最后一条的签名
    verify_export.py            核验程序，只需 Python 3.8 以上，不需要联网
    verify_register.py、verify_revisions.py、verify_seal.py  由它调用

    选择导出内容时没有选的部分不在包里。

二、核验
    在本目录运行：  python3 verify_export.py
    它逐个核对文件的校验码，核对印章、登记簿的链条，并核对每份报告、每个附件是否登记过，JSON 与公开版本的原文是否相同。
    改动任何一个文件再重写 MANIFEST，印章就不成立。整个包连同密钥都是伪造的，要用从别处得到的公钥编号或者检查点才看得出来：
        python3 verify_export.py --key 公钥编号
        python3 verify_export.py --checkpoint 条数:校验码
    公钥和检查点见网站的“公开登记簿”。程序没有核对的，它自己会说。
    也可以用系统自带的工具核对文件：  sha256sum -c MANIFEST

三、说明
    每个文件上的“校验码”是登记簿里这一版的 SHA-256，“导出版本”是这一版公开的时间。
    同样的报告、同样的登记簿，任何时候导出都得到逐字节相同的包。
    表格中的空白表示没有填写，不等于 0。

四、报告
{names}
{problems}"""


def readme(order, names, problems):
    """The text, with the lines of both kinds that the package came to have."""
    missing = (
        "\n五、没有能够放进包里的文件\n" + "".join(f"    {problem}\n" for problem in problems)
        if problems
        else ""
    )
    return _TEXT.format(
        platform=f"{settings.SITE['name']}{settings.SITE['platform']}",
        origin=origin(),
        number=len(names),
        formats="、".join(FORMATS[extension].label for extension in order.formats),
        names="".join(f"    {name} 年度\n" for name in names),
        problems=missing,
    ).replace("\n", "\r\n")
