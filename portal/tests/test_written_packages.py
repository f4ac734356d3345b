"""Packages on a disk are recorded, and go with what is removed by law."""

import os
import shutil
import zipfile
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from disclosure import acts
from disclosure.erasing import clearing, written_packages
from disclosure.models import Node, Takedown, WrittenPackage
from disclosure.tests.builders import make_draft, make_report
from opendata.handing_over import deposit
from portal.operations import diagnosis

pytestmark = pytest.mark.django_db(transaction=True)
WHY = "人民法院（2026）黑01行终1号判决"


@pytest.fixture(autouse=True)
def _folders(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "data"


@pytest.fixture
def item(shelves, government):
    return acts.publish_imported(
        item=make_draft("张某某的处罚决定", department=government, body="<p>张某某</p>")
    )


def deposited(tmp_path, name="2026.zip"):
    call_command(
        "deposit_package", tmp_path / name, "--since", "2020-01-01", "--format", "html", verbosity=0
    )
    return tmp_path / name


def said_by_doctor():
    return [symptom.what for symptom in diagnosis.taken_away() if "资料包" in symptom.what]


def test_a_package_is_recorded_and_goes_with_what_is_removed(item, office, tmp_path, client):
    file = deposited(tmp_path)
    other = deposited(tmp_path, "before.zip")
    WrittenPackage.objects.filter(path=str(other)).update(index_numbers=["别的索引号"])
    client.force_login(office)
    act = f"/admin/disclosure/item/{item.pk}/acts/remove/"
    assert "2 个" not in client.get(act).content.decode()
    assert "1 个写出的资料包写有这条信息" in client.get(act).content.decode()
    acts.remove_item(item=item, by=office, reason=WHY)
    assert (file.exists(), other.exists()) == (False, True)
    clearing.finish()
    assert not Takedown.objects.unfinished().exists()
    page = client.get(f"/admin/disclosure/item/{item.pk}/change/").content.decode()
    assert str(file) in page
    assert "文件已删除" in page
    assert "请书面通知对方" in page
    assert str(other) not in page


def test_so_does_a_package_of_annual_reports_and_one_with_hidden_versions(
    government, office, tmp_path, shelves
):
    report = make_report(2024, department=government, sections=[("一、总体情况", "<p>张某某</p>")])
    acts.record_first_revision(item=report.item)
    call_command("export_reports", tmp_path / "reports.zip", "--format", "json", verbosity=0)
    assert WrittenPackage.objects.get().index_numbers == [report.item.index_number]
    clearing.begin(item=report.item, kind=Takedown.Kind.HIDDEN)
    assert not (tmp_path / "reports.zip").exists()


def test_what_is_withdrawn_stays_in_what_was_written_for_the_archive(item, office, tmp_path):
    file = deposited(tmp_path)
    acts.withdraw_item(item=item, by=office, reason="有误")
    assert file.exists()


def test_a_package_written_afterwards_does_not_hold_it(item, office, tmp_path):
    make_public = acts.publish_imported(item=make_draft("别的", department=item.department))
    acts.remove_item(item=item, by=office, reason=WHY)
    file = deposited(tmp_path)
    assert "张某某" not in "".join(
        zipfile.ZipFile(file).read(name).decode("utf-8", "ignore")
        for name in zipfile.ZipFile(file).namelist()
    )
    assert make_public.index_number in WrittenPackage.objects.get().index_numbers
    written_packages.delete_again()
    assert file.exists()


def test_another_file_in_its_place_is_left_alone_and_a_moved_one_is_told(
    item, office, tmp_path, client
):
    file = deposited(tmp_path)
    shutil.move(file, tmp_path / "handed-over.zip")
    file.write_text("somebody else's")
    acts.remove_item(item=item, by=office, reason=WHY)
    assert file.read_text() == "somebody else's"
    client.force_login(office)
    assert "已不在原处" in client.get(f"/admin/disclosure/item/{item.pk}/change/").content.decode()
    clearing.finish()
    assert (
        not Takedown.objects.unfinished().exists()
    )  # nothing more can be done here; the page says whom to tell


def test_one_that_cannot_be_deleted_keeps_the_removal_open_and_doctor_names_it(
    item, office, tmp_path, monkeypatch
):
    file = deposited(tmp_path)

    delete = Path.unlink

    def refuse(self, missing_ok=False):
        if self == file:
            raise PermissionError(self)
        delete(self, missing_ok=missing_ok)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", refuse)
        acts.remove_item(item=item, by=office, reason=WHY)
        assert written_packages.delete_again() == (0, 1)
        clearing.finish()
    assert Takedown.objects.unfinished().exists()
    assert [str(file) in words for words in said_by_doctor()] == [True]
    assert written_packages.delete_again() == (1, 0)
    assert not file.exists()
    clearing.finish()
    assert not Takedown.objects.unfinished().exists()
    assert said_by_doctor() == []


def test_nobody_waits_for_a_machine_that_is_gone(item, office, tmp_path):
    deposited(tmp_path)
    WrittenPackage.objects.update(machine="gone")
    Node.objects.create(name="gone", seen_at="2026-01-01T00:00:00Z", cleared_until=0)
    acts.remove_item(item=item, by=office, reason=WHY)
    clearing.finish()
    assert not Takedown.objects.unfinished().exists()


def test_a_removal_while_it_is_written_leaves_no_package(item, office, tmp_path, monkeypatch):
    whole = deposit.deposit_readme

    def remove_first(*arguments):
        acts.remove_item(item=item, by=office, reason=WHY)
        return whole(*arguments)

    monkeypatch.setattr(deposit, "deposit_readme", remove_first)
    with pytest.raises(CommandError, match="请重新运行"):
        deposited(tmp_path)
    assert [name for name in os.listdir(tmp_path) if "zip" in name] == []
    assert not WrittenPackage.objects.exists()


def test_a_run_that_was_killed_leaves_nothing_either(item, office, tmp_path):
    file = deposited(tmp_path)
    file.rename(tmp_path / "2026.zip.part")
    WrittenPackage.objects.update(sha256="", size=0, changed_ns=0)
    acts.remove_item(item=item, by=office, reason=WHY)
    assert [name for name in os.listdir(tmp_path) if "zip" in name] == []
