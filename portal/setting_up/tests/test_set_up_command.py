"""`manage.py set_up`, with a workbook and by questions on a terminal."""

import io
import os
import pty
import select
import sys
import time

import pytest
from django.conf import settings as project
from django.core.management import CommandError, call_command
from django.db import connection

from catalog.models import Category, Department
from portal.setting_up.neutral import neutral_rows
from portal.setting_up.questions import Questions
from portal.setting_up.tests.books import code, small_book
from portal.tests.served import MIGRATED, installation

pytestmark = pytest.mark.django_db


def run(*words, **options):
    told = io.StringIO()
    call_command("set_up", *map(str, words), stdout=told, **options)
    return told.getvalue()


def test_it_writes_a_template_and_not_over_a_file_that_is_there(tmp_path):
    path = tmp_path / "门户设置.xlsx"
    assert f"manage.py set_up {path}" in run("--template", path)
    with pytest.raises(CommandError, match="已经存在，没有覆盖"):
        run("--template", path)
    with pytest.raises(CommandError, match="不能写入"):
        run("--template", tmp_path / "没有的目录" / "a.xlsx")


def test_it_takes_a_workbook_in_and_prints_the_passwords_once(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(small_book().data)
    assert "公开目录：新增 8" in run(path, "--check")
    assert not Department.objects.exists()
    with pytest.raises(CommandError, match="确认写入请加 --yes"):
        run(path)
    told = run(path, "--yes")
    assert "只显示这一次" in told
    assert Department.objects.count() == 3
    assert "没有要写入的" in run(path, "--yes")


def test_faults_end_it_with_their_cells(tmp_path, capsys):
    book = small_book()
    book["发布机构"]["C3"] = "123"
    path = tmp_path / "a.xlsx"
    path.write_bytes(book.data)
    told = io.StringIO()
    with pytest.raises(CommandError, match="有 1 处不对，没有写入"):
        call_command("set_up", str(path), "--yes", stdout=told)
    assert "工作表“发布机构” C3 ：" in told.getvalue()


def test_without_a_workbook_and_without_a_terminal_it_says_what_to_do():
    with pytest.raises(CommandError, match="--template"):
        run()
    with pytest.raises(CommandError, match="不能读取"):
        run("/没有/这个文件.xlsx")


def test_answers_become_rows_and_an_empty_one_ends_each_part():
    answers = iter(
        [
            *("示例区人民政府", "0000000001", "", "", "", "", ""),
            *(
                "示例区人民政府",
                "区政府",
                code(1),
                "",
                "",
                "",
                "示例区财政局",
                "区财政局",
                code(3),
                "",
                "",
                "",
                "",
            ),
            *("是", "zhang", "张示例", "信息员", "区财政局", ""),
        ]
    )
    said = []
    rows = Questions(ask=lambda question: next(answers), say=said.append).rows(
        has_catalogue=False, has_organs=False
    )
    assert [row.text("name") for row in rows if row.sheet == "发布机构"] == [
        "示例区人民政府",
        "示例区财政局",
    ]
    assert [row.text("parent") for row in rows if row.sheet == "发布机构"] == ["", "示例区人民政府"]
    assert sum(row.sheet == "公开目录" for row in rows) == len(neutral_rows()) == 107


@pytest.mark.skipif(connection.vendor != "sqlite", reason="one database is enough for a terminal")
def test_an_empty_portal_is_set_up_by_questions_on_a_terminal(tmp_path_factory):
    """The whole way: the first administrator, site, organs, catalogue, staff, the question at the
    end.
    """
    with installation(tmp_path_factory.mktemp("asked"), "asked", like=MIGRATED) as portal:
        answers = [
            ("登录名", "admin"), ("姓名", "管理员"), ("口令", "qingfeng-mingyue-37B"), ("再输入", "qingfeng-mingyue-37B"),
            ("网站名称", "示例区人民政府"), ("网站标识码", "0000000001"), ("网站域名", "www.example.gov.cn"),
            ("主办单位", "示例区人民政府办公室"), ("联系方式", ""), ("ICP", ""), ("公安", ""),
            ("机构全称：", "示例市示例区人民政府"), ("简称：", "区政府"), ("机构代码：", code(1)), ("办公地址：", ""),
            ("办公时间：", ""), ("联系电话：", ""), ("机构全称：", ""), ("现在建立吗", ""),
            ("登录名：", "zhang"), ("姓名：", "张示例"), ("角色：", "信息员"), ("所属机构：", "区政府"), ("登录名：", ""),
            ("确认写入吗", "是"),
        ]  # fmt: skip
        told = at_a_terminal(portal, ["manage.py", "set_up"], answers)
        assert "已写入。" in told, told
        assert "zhang" in told.rpartition("初始口令")[2]
        assert "qingfeng" not in told
        assert portal.ask(
            "[Item.objects.count(), __import__('catalog.models').models.Category.objects.count()]"
        ) == [
            0,
            107,
        ]
        assert "网站信息：正常" not in told


def at_a_terminal(portal, words, answers):
    """What a program printed on a terminal of its own, each answer typed when its question stands
    there.
    """
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(project.BASE_DIR)
        os.execve(sys.executable, [sys.executable, *words], portal.environment)
    told, seen = "", 0
    for question, answer in answers:
        deadline = time.monotonic() + 60
        while question not in told[seen:]:
            assert time.monotonic() < deadline, told
            told += _read(terminal)
        seen = told.index(question, seen) + len(question)
        os.write(terminal, f"{answer}\n".encode())
    deadline = time.monotonic() + 60
    while (more := _read(terminal)) and time.monotonic() < deadline:
        told += more
    os.close(terminal)
    os.waitpid(pid, 0)
    return told


def _read(terminal):
    """What came within a second or so; nothing once the program has ended."""
    if not select.select([terminal], [], [], 30)[0]:
        return ""
    try:
        return os.read(terminal, 65_536).decode(errors="replace")
    except OSError:
        return ""


def test_the_neutral_catalogue_names_no_district():
    words = str([row.cells for row in neutral_rows()])
    for name in ("松北", "哈尔滨", "黑龙江"):
        assert name not in words
    assert not Category.objects.exists()
