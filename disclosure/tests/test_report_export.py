"""Many reports in one package, which proves itself without us."""

import io
import subprocess
import sys
import zipfile

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from background.models import Job
from background.tests.working import do_all
from disclosure.files import forms, jobs
from disclosure.tests.builders import make_attachment, make_report
from ledger.actions import append, make_checkpoint

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
CHOICE = "organ=songbei&year=2022&year=2023&format=pdf&format=txt&format=csv&part=attachments&part=figures&part=findings&part=register"
TABLE = "<table><tr><th>项目</th><th>数</th></tr><tr><th>收费</th><td>5</td></tr></table>"


@pytest.fixture
def reports(shelves, government):
    made = []
    for year in (2021, 2022, 2023):
        sections = [
            (
                "一、总体情况",
                f"<p>{year} 年受理5件，其中网上3件、信函1件。</p>{TABLE if year == 2022 else ''}",
            )
        ]
        report = make_report(
            year, department=government, category=shelves["annual-reports"], sections=sections
        )
        file = make_attachment(report.item, "../附表 一.txt", f"{year}".encode())
        with transaction.atomic():
            append(
                act="publish",
                subject_kind="item",
                subject_key=report.item.index_number,
                subject_title=report.item.title,
                payload={"files": [{"name": file.name, "sha256": file.sha256}]},
            )
        made.append(report)
    make_checkpoint()
    return made


def package(client, query=CHOICE):
    response = client.get(f"/reports/export.zip?{query}")
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def unpacked(content):
    return zipfile.ZipFile(io.BytesIO(content))


def verify(*arguments):
    command = [sys.executable, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_package_holds_what_was_chosen(client, reports):
    with unpacked(package(client)) as opened:
        assert opened.testzip() is None
        assert [name for name in opened.namelist() if name.startswith("reports/")] == [
            "reports/songbei/2022/songbei-2022.pdf",
            "reports/songbei/2022/songbei-2022.txt",
            "reports/songbei/2022/songbei-2022.csv",
            "reports/songbei/2022/attachments/01-附表 一.txt",
            "reports/songbei/2023/songbei-2023.pdf",
            "reports/songbei/2023/songbei-2023.txt",
            "reports/songbei/2023/attachments/01-附表 一.txt",
        ]
        assert opened.read("reports/songbei/2022/songbei-2022.pdf").startswith(b"%PDF-")
        figures = opened.read("figures.csv").decode("utf-8-sig").splitlines()
        assert figures[0].startswith("发布机构,")
        assert figures[1].endswith(",2022,一、总体情况,收费,数,5")
        findings = opened.read("findings.csv").decode("utf-8-sig").splitlines()
        assert any(line.startswith("松北区人民政府,") and ",2023," in line for line in findings)
        assert "文字数据核对" in opened.read("reports/songbei/2023/songbei-2023.txt").decode()
        readme = opened.read("README.txt").decode("utf-8-sig")
        assert "2 份" in readme
        assert "松北区人民政府 2023 年度" in readme


def test_the_package_is_the_same_bytes_each_time(client, reports):
    assert package(client) == package(client)


def test_the_register_in_it_says_nothing_of_other_items_and_verifies(client, reports, tmp_path):
    content = package(client)
    with unpacked(content) as opened:
        opened.extractall(tmp_path / "package")
        register = opened.read("register/register.jsonl").decode()
    assert reports[2].item.title in register
    assert reports[0].item.title not in register
    done = verify(tmp_path / "package" / "verify_export.py")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 个附件或版本没有登记" in done.stdout
    (tmp_path / "whole.zip").write_bytes(content)
    assert verify(tmp_path / "package" / "verify_export.py", tmp_path / "whole.zip").returncode == 0


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        ("change", "文件被改动"),
        ("remove", "缺少文件"),
        ("add", "多出的文件"),
        ("register", "与它的摘要不符"),
    ],
)
def test_the_verifier_notices(client, reports, tmp_path, harm, words):
    with unpacked(package(client, CHOICE.replace("format=pdf&", ""))) as opened:
        opened.extractall(tmp_path / "package")
    folder = tmp_path / "package"
    file = folder / "reports/songbei/2022/songbei-2022.txt"
    if harm == "change":
        file.write_bytes(file.read_bytes() + b" ")
    elif harm == "remove":
        file.unlink()
    elif harm == "add":
        (folder / "reports/other.txt").write_text("x")
    else:
        register = folder / "register/register.jsonl"
        register.write_text(register.read_text("utf-8").replace("附表", "附图"), "utf-8")
    done = verify(folder / "verify_export.py")
    assert done.returncode == 1
    assert words in done.stdout


def test_the_page_says_how_far_it_is_and_goes_on_without_javascript(client, reports, monkeypatch):
    monkeypatch.setattr(jobs, "SLICE", -1)  # one report a turn
    response = client.get(f"/reports/export/?{CHOICE}")
    assert "已准备 0 份" in response.content.decode()
    seconds, _, address = response["Refresh"].partition("; url=")
    assert seconds == "2"
    do_all(most=1)
    assert "已准备 1 份" in client.get(address).content.decode()
    do_all()
    response = client.get(address)
    page = response.content.decode()
    assert "已准备 2 份" in page
    assert "Refresh" not in response.headers
    link = "/reports/export.zip?" + CHOICE.replace("&", "&amp;")
    assert link in page
    assert not response.cookies
    assert Job.objects.count() == 1  # however often the page is asked for


def test_a_choice_whose_files_cannot_be_made_says_so_and_asks_no_more(client, reports):
    client.get(f"/reports/export/?{CHOICE}")
    Job.objects.update(state=Job.State.FAILED, words="处理程序连续 3 次中断，没有完成。")
    response = client.get(f"/reports/export/?{CHOICE}")
    assert "连续 3 次中断" in response.content.decode()
    assert "Refresh" not in response.headers


def test_where_many_load_packages_the_next_is_asked_to_come_again(client, reports, settings):
    settings.DEAR_WORK_AT_ONCE = 1
    first = client.get(f"/reports/export.zip?{CHOICE}")
    refused = client.get(f"/reports/export.zip?{CHOICE}")
    assert (refused.status_code, refused["Retry-After"]) == (503, "10")
    assert "过十几秒再试" in refused.content.decode()
    assert b"".join(first.streaming_content)
    assert client.get(f"/reports/export.zip?{CHOICE}").status_code == 200


def test_the_form_stands_on_its_own_and_is_linked(client, reports):
    page = client.get("/reports/export/").content.decode()
    assert 'value="songbei"' in page
    assert 'value="2023"' in page
    assert "/reports/export/" in client.get("/reports/").content.decode()


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("organ=none&format=pdf", "没有地址名为“none”的机关"),
        ("year=1999&format=pdf", "没有 1999 年度的报告"),
        ("organ=songbei", "请至少选择一种文件格式"),
        ("organ=a%00b&format=pdf", "机关"),
        ("format=exe", "文件格式"),
        ("done=99999999999999999999&format=pdf", ""),
    ],
)
def test_a_choice_that_makes_no_sense_is_answered_in_words(client, reports, query, words):
    assert words in client.get(f"/reports/export/?{query}").content.decode()
    assert client.get(f"/reports/export.zip?{query}").status_code == 400


def test_too_many_reports_are_refused_with_what_to_do(client, reports, monkeypatch):
    monkeypatch.setattr(forms, "MOST_REPORTS", 2)
    assert (
        "一次最多导出 2 份报告，现在选了 3 份"
        in client.get("/reports/export/?format=pdf").content.decode()
    )


def test_the_command_writes_the_same_package(client, reports, tmp_path, capsys):
    target = tmp_path / "out.zip"
    call_command(
        "export_reports",
        target,
        "--organ",
        "songbei",
        "--year",
        "2022-2023",
        "--format",
        "pdf",
        "txt",
        "csv",
    )
    assert target.read_bytes() == package(client)
    assert "2 份报告" in capsys.readouterr().out
    with pytest.raises(CommandError, match="none"):
        call_command("export_reports", target, "--organ", "none")
    with pytest.raises(CommandError, match="2008-2023"):
        call_command("export_reports", target, "--year", "abc")
