"""deploy/upgrade, run by a shell with programs that write down what they were asked for in the
place of systemd and the portal.
"""

import os
import stat
import subprocess

import pytest
from django.conf import settings

pytestmark = pytest.mark.any_database

PROGRAM = """#!/bin/sh
name=$(basename "$0")
[ "$name" != lantai-manage ] || name="$(basename "$(dirname "$(dirname "$(readlink -f "$0")")")")/manage"
echo "$name $*" >> "$LOG"
case "$*" in *--former-defaults*) cat "$KEPT" ;; esac
case "$name $*" in $FAILS) exit 1 ;; esac
exit 0
"""


class Server:
    """A server's folders below a temporary one: code in `lantai`, that of the release before in
    `old`, of the next one in `new`.
    """

    def __init__(self, folder):
        self.folder, self.log, self.kept, self.env = (
            folder,
            folder / "log",
            folder / "kept",
            folder / "lantai.env",
        )
        self.units = folder / "units"
        self.units.mkdir()
        self.kept.write_text("")
        self.env.write_text("DATA_DIR=/var/lib/lantai")
        for code in ("lantai", "old", "new"):
            (folder / code / "deploy/systemd").mkdir(parents=True)
            (folder / code / "version").write_text(code)
            self.program(folder / code / "deploy/lantai-manage")
        (folder / "bin").mkdir()
        for name in ("make", "systemctl", "curl", "sleep"):
            self.program(folder / "bin" / name)
        for code in ("lantai", "new"):
            (folder / code / "deploy/upgrade").write_bytes(
                (settings.BASE_DIR / "deploy/upgrade").read_bytes()
            )

    @staticmethod
    def program(path):
        path.write_text(PROGRAM)
        path.chmod(0o755)

    def upgrade(self, *words, fails="nothing", code="lantai"):
        environment = {
            "PATH": f"{self.folder}/bin:{os.environ['PATH']}",
            "LOG": str(self.log),
            "KEPT": str(self.kept),
        }
        environment |= {"FAILS": fails, "LANTAI_ENV_FILE": str(self.env)}
        environment |= {"LANTAI_HOME": f"{self.folder}/lantai", "LANTAI_UNITS": str(self.units)}
        command = ["sh", str(self.folder / code / "deploy/upgrade"), *map(str, words)]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    def asked(self):
        return [
            line.strip()
            for line in self.log.read_text().splitlines()
            if not line.startswith(("curl", "sleep"))
        ]


@pytest.fixture
def server(tmp_path):
    return Server(tmp_path)


def test_it_checks_upgrades_and_restarts_one_process_after_the_other(server):
    done = server.upgrade()
    assert done.returncode == 0, done.stderr
    assert server.asked() == [
        "make install",
        "lantai/manage upgrade --former-defaults",
        "lantai/manage check --deploy --fail-level WARNING",
        "lantai/manage upgrade",
        "systemctl restart lantai@8001",
        "systemctl restart lantai@8002",
        "systemctl try-restart lantai-tasks*",
        "systemctl start lantai-tick",
        "lantai/manage doctor",
    ]
    assert server.env.read_text() == "DATA_DIR=/var/lib/lantai"


def test_what_had_a_default_is_written_into_the_file_of_variables_before_anything_is_checked(
    server,
):
    server.kept.write_text("SITE_NAME=松北区人民政府\nSITE_ID_CODE=2301090001\n")
    mode = stat.S_IMODE(server.env.stat().st_mode)
    done = server.upgrade()
    first, comment, *rest = server.env.read_text().splitlines()
    assert first == "DATA_DIR=/var/lib/lantai"  # which had no end of line
    assert comment.startswith("# 升级时由程序写入")
    assert rest == ["SITE_NAME=松北区人民政府", "SITE_ID_CODE=2301090001"]
    assert "SITE_ID_CODE=2301090001" in done.stdout
    assert stat.S_IMODE(server.env.stat().st_mode) == mode


@pytest.mark.parametrize(
    "fails", ["make*", "*--former-defaults*", "*check*", "lantai/manage?upgrade"]
)
def test_it_stops_at_the_first_thing_that_is_not_right(server, fails):
    assert server.upgrade(fails=fails).returncode != 0
    assert not any(line.startswith("systemctl") for line in server.asked())


def test_the_second_process_goes_on_serving_where_the_first_is_not_ready(server):
    done = server.upgrade(fails="curl*8001*")
    assert done.returncode == 1
    assert "lantai@8001 没有就绪" in done.stderr
    assert "systemctl restart lantai@8002" not in server.asked()


def test_back_puts_the_code_of_the_release_before_in_its_place(server):
    done = server.upgrade("--back", server.folder / "old")
    assert done.returncode == 0, done.stderr
    assert server.asked() == [
        f"lantai/manage upgrade --way-back {server.folder}/old",
        f"make -C {server.folder}/old install",
        "old/manage collectstatic --noinput --verbosity 0",
        "systemctl restart lantai@8001",
        "systemctl restart lantai@8002",
        "systemctl try-restart lantai-tasks*",
    ]
    assert (server.folder / "lantai/version").read_text() == "old"
    [undone] = server.folder.glob("lantai.undone-*")
    assert (undone / "version").read_text() == "lantai"
    assert str(undone) in done.stdout


def test_a_release_before_that_answers_to_its_name_alone_is_ready_too(server):
    """0.1.0 answers 400 by the machine's address where ALLOWED_HOSTS names the site."""
    server.env.write_text(
        'DATA_DIR=/var/lib/lantai\nALLOWED_HOSTS="www.example.gov.cn,example.gov.cn"\n'
    )
    program = '#!/bin/sh\ncase "$*" in *"Host: www.example.gov.cn http"*) exit 0 ;; esac\nexit 22\n'
    (server.folder / "bin/curl").write_text(program)
    done = server.upgrade("--back", server.folder / "old")
    assert done.returncode == 0, done.stderr
    assert (server.folder / "lantai/version").read_text() == "old"


def test_a_release_before_without_lantai_manage_is_given_it(server):
    (server.folder / "old/deploy/lantai-manage").unlink()
    assert server.upgrade("--back", server.folder / "old").returncode == 0
    assert "old/manage collectstatic --noinput --verbosity 0" in server.asked()


def test_what_the_district_changed_goes_back_with_it(server):
    (server.folder / "lantai/custom/static").mkdir(parents=True)
    (server.folder / "lantai/custom/static/custom.css").write_text("ours")
    assert server.upgrade("--back", server.folder / "old").returncode == 0
    assert (server.folder / "lantai/custom/static/custom.css").read_text() == "ours"


def test_what_the_district_had_with_the_old_code_stays_as_it_was(server):
    for code in ("lantai", "old"):
        (server.folder / code / "custom").mkdir()
        (server.folder / code / "custom/of").write_text(code)
    assert server.upgrade("--back", server.folder / "old").returncode == 0
    assert (server.folder / "lantai/custom/of").read_text() == "old"
    assert not (server.folder / "lantai/custom/custom").exists()


def test_where_the_way_back_is_closed_nothing_is_touched(server):
    assert server.upgrade("--back", server.folder / "old", fails="*--way-back*").returncode != 0
    assert (server.folder / "lantai/version").read_text() == "lantai"


def test_where_the_old_code_is_not_ready_the_new_one_is_put_back(server):
    done = server.upgrade("--back", server.folder / "old", fails="curl*")
    assert done.returncode == 1
    assert "程序已换回现在的版本" in done.stderr
    assert (server.folder / "lantai/version").read_text() == "lantai"
    assert (server.folder / "old/version").read_text() == "old"


def test_new_code_in_a_folder_of_its_own_is_made_ready_there_and_then_takes_the_place(server):
    done = server.upgrade(code="new")
    assert done.returncode == 0, done.stderr
    assert server.asked() == [
        "make install",
        "new/manage upgrade --former-defaults",
        "new/manage check --deploy --fail-level WARNING",
        "new/manage upgrade",
        "systemctl restart lantai@8001",
        "systemctl restart lantai@8002",
        "systemctl try-restart lantai-tasks*",
        "systemctl start lantai-tick",
        "lantai/manage doctor",
    ]
    assert (server.folder / "lantai/version").read_text() == "new"
    assert (server.folder / "lantai-before/version").read_text() == "lantai"
    assert (
        f"{server.folder}/lantai/deploy/upgrade --back {server.folder}/lantai-before" in done.stdout
    )


@pytest.mark.parametrize("fails", ["make*", "*--former-defaults*", "*check*", "new/manage?upgrade"])
def test_new_code_that_is_not_ready_takes_no_place(server, fails):
    assert server.upgrade(code="new", fails=fails).returncode != 0
    assert (server.folder / "lantai/version").read_text() == "lantai"
    assert not any(line.startswith("systemctl") for line in server.asked())


def test_new_code_that_does_not_serve_gives_the_place_back(server):
    done = server.upgrade(code="new", fails="curl*")
    assert done.returncode == 1
    assert "程序已换回原来的版本" in done.stderr
    assert (server.folder / "lantai/version").read_text() == "lantai"
    assert (server.folder / "new/version").read_text() == "new"
    assert "lantai/manage collectstatic --noinput --verbosity 0" in server.asked()


def test_what_stands_beside_the_code_comes_along_and_the_code_before_that_is_kept(server):
    (server.folder / "lantai/custom").mkdir()
    (server.folder / "lantai/custom/of").write_text("lantai")
    (server.folder / "lantai/custom_gateway.py").write_text("class Sms: ...")
    (server.folder / "lantai-before").mkdir()
    (server.folder / "lantai-before/version").write_text("older")
    assert server.upgrade(code="new").returncode == 0
    assert (server.folder / "lantai/custom/of").read_text() == "lantai"
    assert (server.folder / "lantai/custom_gateway.py").read_text() == "class Sms: ..."
    [older] = server.folder.glob("lantai-before-until-*")
    assert (older / "version").read_text() == "older"


def test_new_code_is_installed_with_the_interpreter_of_the_old_one(server):
    (server.folder / "lantai/.venv/bin").mkdir(parents=True)
    (server.folder / "lantai/.venv/bin/python").symlink_to("/bin/sh")
    assert server.upgrade(code="new").returncode == 0
    assert server.asked()[0] == f"make install PYTHON={os.path.realpath('/bin/sh')}"


@pytest.mark.parametrize("words", [[], ["--back", "old"]], ids=["up", "back"])
@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ("ALLOWED_HOSTS=www.example.gov.cn\n", "没有写 DATA_DIR"),
        ("DATA_DIR={home}/var\n", "DATA_DIR"),
        ("DATA_DIR=/var/lib/lantai\nDATABASE_URL=sqlite:///{home}/db.sqlite3\n", "DATABASE_URL"),
    ],
)
def test_data_that_lie_with_the_code_are_not_left_behind(server, variables, named, words):
    server.env.write_text(variables.format(home=server.folder / "lantai"))
    words = [server.folder / word if word == "old" else word for word in words]
    done = server.upgrade(*words, code="lantai" if words else "new")
    assert done.returncode == 1
    assert named in done.stderr
    assert "移到代码目录以外" in done.stderr
    assert not server.log.exists()


def test_a_folder_of_ones_own_may_lie_with_the_code(server):
    server.env.write_text(
        f"DATA_DIR=/var/lib/lantai\nCUSTOM_DIR={server.folder}/lantai/custom\n#X={server.folder}/lantai/x\n"
    )
    assert server.upgrade(code="new").returncode == 0


def test_units_that_only_the_newer_version_has_are_switched_off_on_the_way_back(server):
    for unit in ("lantai-tasks.service", "lantai-tick.timer", "lantai-copied-by-us.service"):
        (server.units / unit).touch()
    for unit in ("lantai-tasks.service", "lantai-tick.timer", "lantai-never-installed.timer"):
        (server.folder / "lantai/deploy/systemd" / unit).touch()
    (server.folder / "old/deploy/systemd/lantai-tick.timer").touch()
    assert server.upgrade("--back", server.folder / "old").returncode == 0
    assert [line for line in server.asked() if "disable" in line] == [
        "systemctl disable --now lantai-tasks.service"
    ]


def test_it_wants_to_know_which_folder(server):
    assert server.upgrade("--back").returncode != 0
    assert server.upgrade("--what").returncode == 2
