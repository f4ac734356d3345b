"""Units and nginx files that were copied once are known by their stamp, whatever was changed in
them here.
"""

import shutil

import pytest

from portal.operations import diagnosis, installed_files
from portal.operations.installed_files import differing, shipped, stamp_of, stamped, what_to_copy

pytestmark = pytest.mark.any_database


@pytest.fixture
def machine(tmp_path):
    """The root of a machine on which everything has been installed as the manual says."""
    for file, place in shipped().items():
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, tmp_path / place)
    return tmp_path


@pytest.mark.parametrize("file", shipped(), ids=lambda file: file.name)
def test_every_shipped_file_bears_the_stamp_of_its_content(file):
    assert file.read_text() == stamped(file.read_text()), "run `make stamps`"


def test_what_is_installed_as_shipped_is_not_named(machine):
    assert differing(machine) == []


def test_a_file_changed_here_keeps_its_stamp_and_is_not_named(machine):
    conf = machine / "etc/nginx/conf.d/lantai.conf"
    conf.write_text(conf.read_text().replace("www.example.gov.cn", "www.shili.gov.cn"))
    assert differing(machine) == []


def test_a_file_of_another_version_is_named_with_what_to_do(machine):
    conf = machine / "etc/nginx/conf.d/lantai.conf"
    conf.write_text(stamped(conf.read_text().replace("server_tokens off", "server_tokens on")))
    [(what, remedy)] = what_to_copy(machine)
    assert str(conf) in what
    assert "deploy/nginx/lantai.conf" in remedy
    assert "nginx -t" in remedy


def test_a_file_of_a_version_without_stamps_is_named_unless_it_is_the_same(machine):
    unit = machine / "etc/systemd/system/lantai-tick.service"
    unit.write_text(installed_files.STAMP.sub("", unit.read_text()))
    assert differing(machine) == []
    unit.write_text(unit.read_text().replace("UMask=0027\n", ""))
    [(what, remedy)] = what_to_copy(machine)
    assert "lantai-tick.service" in what
    assert "daemon-reload" in remedy


def test_a_unit_that_this_version_brings_is_missed(machine):
    (machine / "etc/systemd/system/lantai-bulk.timer").unlink()
    [(what, remedy)] = what_to_copy(machine)
    assert what.startswith("没有安装")
    assert remedy.endswith("systemctl daemon-reload && systemctl enable --now lantai-bulk.timer。")


def test_a_unit_that_another_starts_has_only_to_be_known(machine):
    (machine / "etc/systemd/system/lantai-purge.service").unlink()
    [(_, remedy)] = what_to_copy(machine)
    assert remedy.endswith("systemctl daemon-reload。")


def test_files_are_named_where_the_units_look_for_the_code(machine):
    """`deploy/upgrade` looks from a folder that has another name a minute later."""
    unit = machine / "etc/systemd/system/lantai@.service"
    unit.write_text(
        unit.read_text().replace("WorkingDirectory=/opt/lantai", "WorkingDirectory=/srv/portal")
    )
    (machine / "etc/nginx/lantai-proxy.conf").unlink()
    [(_, remedy)] = what_to_copy(machine)
    assert "install -m 644 /srv/portal/deploy/nginx/lantai-proxy.conf " in remedy


def test_where_nothing_is_installed_nothing_is_missed(tmp_path):
    assert differing(tmp_path) == []


def test_a_file_that_may_stand_in_for_another_is_as_good(machine, settings, tmp_path_factory):
    code = tmp_path_factory.mktemp("code")
    settings.BASE_DIR = code
    for name, text in (("lantai-a.conf", "listen 1;\n"), ("newer/lantai-a.conf", "listen 2;\n")):
        (code / "deploy/nginx" / name).parent.mkdir(parents=True, exist_ok=True)
        (code / "deploy/nginx" / name).write_text(stamped(text))
    (machine / "etc/nginx/lantai-a.conf").write_text(stamped("listen 2;\n"))
    assert differing(machine) == []


def test_the_stamp_does_not_count_itself():
    once = stamped("a\n")
    assert stamped(once) == once
    assert stamp_of(once) == stamp_of("a\n") != stamp_of("b\n")


def test_the_doctor_asks(monkeypatch):
    monkeypatch.setattr(installed_files, "what_to_copy", lambda: [("没有安装 x。", "请复制。")])
    assert [(symptom.what, symptom.is_grave) for symptom in diagnosis.installed()] == [
        ("没有安装 x。", False)
    ]
