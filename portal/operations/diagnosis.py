"""What is wrong with this installation, and what to do: asked by `manage.py doctor`, in the order
in which things depend on each other. Each check yields `Symptom`s; one that itself breaks is a
symptom too.
"""

import datetime as dt
import io
import os
import shutil
import stat
import time
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from background.models import Job, Unreachable
from background.workers import is_anybody_working
from catalog.integrity import tree_faults
from confidential import keyring
from disclosure.choices import ScanState
from disclosure.models import Attachment, Takedown
from disclosure.models.written import erasing_takedowns, lying_packages
from disclosure.search.indexing import missing_items
from documents.intake import accepted_extensions
from documents.uploads import scanning
from ledger import guards
from ledger.models import Checkpoint, Entry
from ledger.signing import fault_of_this_machine
from ledger.verification import FURTHER_CHECKS
from portal import confidential_key, identity
from portal.customising.folder import uncollected
from portal.machines import nodes
from portal.machines.tick_mark import last_tick
from portal.operations import customising, installed_files
from portal.operations.delivery import delivery
from portal.operations.sweeping import strays
from portal.operations.symptoms import Symptom
from portal.operations.witnessing import witness_symptoms
from portal.remedies import encoding_fault, sentence_for, timeouts_fault
from workdays.models import WorkCalendarDay

FREE_BYTES = 2_000_000_000
BACKUP_AGE = dt.timedelta(days=2)
CHECKPOINT_AGE = dt.timedelta(days=2)
TICK_AGE = dt.timedelta(minutes=10)
JOB_AGE = dt.timedelta(hours=1)
JOB_FAILED_LATELY = dt.timedelta(days=1)
PURGED_WITHIN = 300  # seconds


def settings_for_the_public():
    """Settings that are right on one's own machine only."""
    if settings.DEMO:
        yield Symptom(
            "这是演示安装（DEMO=1）：有公开口令的演示账号。",
            "正式使用前请去掉 DEMO=1，并使用新的数据库。",
            is_grave=False,
        )
    if settings.DEBUG:
        yield Symptom("DEBUG=1：出错页面会向任何人显示内部设置。", "请去掉 DEBUG=1 后重新启动。")
    if not settings.DEMO and not settings.HTTPS:
        yield Symptom(
            "HTTPS=0：登录口令在网络上明文传送。", "请配置证书，去掉 HTTPS=0 后重新启动。"
        )
    if not settings.DEMO and not settings.SITE_ORIGIN:
        yield Symptom(
            "没有设置 SITE_ORIGIN：导出文件和订阅中的永久地址不完整。",
            "请写上 SITE_ORIGIN=https://…",
            is_grave=False,
        )


def site_identity():
    """What the law has every page print (国办发〔2017〕47号) has been filled in, by the environment
    or at the desk.
    """
    for names, is_grave in ((identity.REQUIRED, True), (identity.EXPECTED, False)):
        if missing := identity.missing(names):
            yield Symptom(
                f"网站信息还没有填写：{identity.labels_of(missing)}。"
                + ("网页的页头、页脚和标签缺少这些法定内容。" if is_grave else ""),
                "请系统管理员在工作台“网站信息”中填写，或者在服务器上运行 manage.py set_up；"
                f"也可以写进环境变量 {'、'.join(identity.VARIABLES[name] for name in missing)}。",
                is_grave=is_grave,
            )


def folders():
    """The data folder can be written, is nobody else's, and has room."""
    folder = Path(settings.DATA_DIR)
    for place in (folder, Path(settings.MEDIA_ROOT)):
        if place.exists() and not os.access(place, os.W_OK):
            yield Symptom(
                f"{place} 不能写入。", f"请把它的属主改为运行服务的账号：chown -R 账号 {place}"
            )
    if stat.S_IMODE(folder.stat().st_mode) & stat.S_IWOTH:
        yield Symptom(f"{folder} 任何人都可以写入。", f"请运行 chmod 750 {folder}")
    if (free := shutil.disk_usage(folder).free) < FREE_BYTES:
        yield Symptom(
            f"磁盘只剩 {free / 1e9:.1f} GB。",
            "请清理旧日志和旧备份，或扩大磁盘；磁盘写满后不能再发布信息。",
        )
    for name, path in (
        ("密钥", folder / "secret-key"),
        ("登记簿签名密钥", Path(settings.LEDGER_KEY_FILE)),
        ("加密个人信息的密钥", Path(settings.CONFIDENTIAL_KEY_FILE)),
    ):
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            yield Symptom(f"{name}文件 {path} 别的账号也能读。", f"请运行 chmod 600 {path}")


def database():
    """The database answers, has the schema of the code, and its guards."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    if fault := encoding_fault(connection):
        yield Symptom(*fault.split("：", 1))
    if fault := timeouts_fault(connection):
        yield Symptom(*fault.split("。", 1), is_grave=False)
    executor = MigrationExecutor(connection)
    if pending := executor.migration_plan(executor.loader.graph.leaf_nodes()):
        yield Symptom(
            f"数据库结构比程序旧，差 {len(pending)} 步。",
            "请先备份，再运行 manage.py migrate，然后重新启动服务。",
        )
        return
    if gone := guards.missing(connection):
        yield Symptom(
            f"登记簿的防改触发器缺失：{'、'.join(gone)}。",
            "请运行 manage.py migrate 恢复，再运行 manage.py verify_ledger 查明原因。",
        )


def database_file():
    """SQLite's file is whole: it is read from end to end."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA quick_check")
        if (answer := cursor.fetchone()[0]) != "ok":
            yield Symptom(
                f"数据库文件有损坏：{answer}",
                "请停止服务，用 manage.py restore 从最近一份完好的备份恢复到新目录。",
            )


FAULTS_SHOWN = 5
LATELY = 1_000  # entries of the register


def clock():
    """This machine and the database agree on the time."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT extract(epoch FROM now())"
            if connection.vendor == "postgresql"
            else "SELECT unixepoch('now')"
        )
        apart = abs(float(cursor.fetchone()[0]) - timezone.now().timestamp())
    if apart > 5:
        yield Symptom(
            f"本机与数据库服务器的时间相差 {apart:.0f} 秒。",
            "请让两台机器都与同一个时间服务器同步（chrony 或 systemd-timesyncd）。",
        )
    # Not the last one alone: whatever was done since the clock went back is of the past again.
    latest = max(
        Entry.objects.order_by("-sequence").values_list("made_at", flat=True)[:LATELY], default=None
    )
    if latest and latest > timezone.now() + dt.timedelta(minutes=1):
        yield Symptom(
            "登记簿最近有一条的时间在将来：本机时钟可能倒退了。", "请先校准时间，再发布信息。"
        )


def tree():
    """The category tree is sound."""
    for fault in tree_faults():
        yield Symptom(fault, "请运行 manage.py check_tree --fix。")


def vouched_for():
    """What the public reads is what the register says."""
    serious = [fault for check in FURTHER_CHECKS for fault in check() if not fault.is_warning]
    for fault in serious[:FAULTS_SHOWN]:
        yield Symptom(fault.message, "请运行 manage.py verify_ledger 看全部，再按运维手册处理。")
    if len(serious) > FAULTS_SHOWN:
        yield Symptom(
            f"公开内容与登记簿不符的共 {len(serious)} 处。",
            "请运行 manage.py verify_ledger 看全部。",
        )


def static_files():
    """`collectstatic` has run for this version."""
    if not (Path(settings.STATIC_ROOT) / "staticfiles.json").is_file():
        yield Symptom(
            "静态文件没有收集，页面没有样式。", "请运行 manage.py collectstatic --noinput。"
        )


def customised():
    """What the district changed of the look: readable, delivered, and still right for this version."""
    yield from customising.symptoms()
    if names := uncollected():
        yield Symptom(
            f"自定义文件夹中的静态文件还没有生效：{'、'.join(names[:3])}{' 等' if len(names) > 3 else ''}。",
            "请运行 manage.py collectstatic --noinput，再重新启动服务。",
            is_grave=False,
        )


def attachments():
    """The newest attachments have their files (all of them: `manage.py verify`)."""
    newest = Attachment.objects.order_by("-uploaded_at").only("file", "name")[:200]
    if missing := [file.name for file in newest if not Path(file.file.path).is_file()]:
        yield Symptom(
            f"最近的附件中有 {len(missing)} 个找不到文件，例如 {missing[0]}。",
            "请检查 DATA_DIR 是否指对；运行 manage.py verify 查全部附件。",
        )


def shared_with_others():
    """What all machines that serve this database share is here: media folder, keys."""
    if fault := nodes.media_fault():
        yield Symptom(*fault[1:])
    if fault := fault_of_this_machine():
        what, _, remedy = fault.partition("。")
        yield Symptom(f"{what}。", remedy)
    if fault := confidential_key.fault_of_this_machine():
        what, _, remedy = fault.partition("。")
        yield Symptom(f"{what}。", remedy)
    elif nobody := confidential_key.fault_before_first_use():
        yield Symptom(*nobody, is_grave=False)
    if others := nodes.others_with_another_secret_key():
        yield Symptom(
            f"本机的 secret-key 与服务器 {'、'.join(others)} 的不同：换到另一台时，登录会失效，表单会过期。",
            "请把同一个 secret-key 文件复制到各台服务器后重新启动（见 docs/scaling.md）。",
        )


def personal_data():
    """Personal data at rest is under the key in use."""
    if not keyring.is_here():
        return
    if rest := confidential_key.older_values():
        yield Symptom(
            f"有 {rest} 个加密的值（例如动态口令）还用着以前的密钥或以前的存法。",
            "确定不再退回旧版之后，请运行 manage.py confidential_key --re-encrypt。",
            is_grave=False,
        )


def files():
    """No file lies about that nothing refers to."""
    if found := strays():
        yield Symptom(
            f"有 {len(found)} 个文件没有任何记录引用，或是中断后遗留的临时文件，共 {sum(s.size for s in found) / 1e6:.1f} MB。",
            "请运行 manage.py sweep_files 查看，再加 --delete 删除。",
            is_grave=False,
        )


def shared_cache():
    """The cache takes and gives."""
    cache.set("doctor", "ok", 10)
    if cache.get("doctor") != "ok":
        yield Symptom(
            "缓存服务器没有回应，页面会变慢。",
            "请检查 CACHE_URL 指向的 Redis 是否在运行。",
            is_grave=False,
        )


def newest_backup():
    """The file of the newest backup, or None."""
    found = Path(settings.BACKUP_DIR).glob("lantai-*.tar*")
    return max(found, key=lambda path: path.stat().st_mtime, default=None)


def regular_work():
    """What should happen every day has happened."""
    ticked = last_tick()
    if not settings.DEMO and (
        ticked is None or ticked < timezone.now().timestamp() - TICK_AGE.total_seconds()
    ):
        yield Symptom(
            "定时工作（manage.py tick）在这台服务器上十分钟没有运行：定时公开的信息不会按时公开。",
            "请运行 systemctl status lantai-tick.timer；没有的，按 docs/operations.zh.md 设置。",
        )
    checkpoint = Checkpoint.objects.order_by("-number").first()
    signed = (
        checkpoint or Entry.objects.order_by("sequence").first()
    )  # a young register has not been signed yet
    if signed and signed.made_at < timezone.now() - CHECKPOINT_AGE:
        yield Symptom(
            "登记簿已有两天以上没有签署检查点。",
            "请检查定时任务：manage.py tick 应每分钟运行一次（见 docs/operations.zh.md）。",
            is_grave=False,
        )
    if not settings.DEMO and not settings.BACKUP_PASSPHRASE_FILE:
        yield Symptom(
            "备份没有加密，也不含密钥：只靠备份恢复，加密的个人信息和动态口令无法恢复，登记簿不能签署。",
            "请设置 BACKUP_PASSPHRASE_FILE；或者把 "
            f"{settings.SECRET_KEY_FILE}、{settings.LEDGER_KEY_FILE}、{settings.CONFIDENTIAL_KEY_FILE} 另外保存（运维手册“备份”）。",
            is_grave=False,
        )
    backup = newest_backup()
    age = timezone.now().timestamp() - backup.stat().st_mtime if backup else None
    if not settings.DEMO and (age is None or age > BACKUP_AGE.total_seconds()):
        yield Symptom(
            f"{settings.BACKUP_DIR} 中没有两天以内的备份。",
            "请运行 manage.py backup --keep 14，并设为每夜的定时任务。",
            is_grave=False,
        )


def background_work():
    """Somebody does the jobs, and does them in time."""
    if not settings.DEMO and not is_anybody_working():
        yield Symptom(
            "没有后台程序在运行：生成文件、数据包和发送邮件要等定时工作来办，每分钟只办几件。",
            "请运行 systemctl enable --now lantai-tasks；容器部署请启动 tasks 服务。",
            is_grave=False,
        )
    late = Job.objects.filter(
        state=Job.State.WAITING, attempts=0, queued_at__lt=timezone.now() - JOB_AGE
    ).count()
    if late:
        yield Symptom(
            f"有 {late} 件后台任务等了一小时以上还没有开始。",
            "请查看 lantai-tasks 的日志（journalctl -u lantai-tasks），重新启动它；任务较多的，可以再启动一个。",
            is_grave=False,
        )
    failed = Job.objects.filter(
        state=Job.State.FAILED, finished_at__gt=timezone.now() - JOB_FAILED_LATELY
    ).count()
    if failed:
        yield Symptom(
            f"一天之内有 {failed} 件后台任务没有办成。",
            "请在工作台“后台任务”中查看说明，原因见日志。",
            is_grave=False,
        )


def mail():
    """Those who should be told of what waits can be reached."""
    if refused := Unreachable.objects.count():
        yield Symptom(
            f"有 {refused} 个账号的邮箱被对方邮件服务器拒收，收不到提醒。",
            "请系统管理员在工作台“退信的邮箱”中查看，改正账号的邮箱后恢复发送。",
            is_grave=False,
        )


def search_index():
    """What is published is found."""
    if missing := missing_items().count():
        yield Symptom(
            f"有 {missing} 条已公开的信息没有编入搜索索引，公众搜不到。",
            "请运行 manage.py reindex --missing。",
        )


def calendar():
    """The working days of next year are known once the State Council has announced them (usually in
    November).
    """
    today = timezone.localdate()
    year = today.year + 1 if today.month == 12 else today.year
    if not WorkCalendarDay.objects.filter(date__year=year).exists():
        yield Symptom(
            f"{year} 年的放假调休安排还没有录入，期限只能暂按周末推算。",
            "国务院办公厅通知发布后，请公开办在工作台“工作日历”中粘贴录入。",
            is_grave=False,
        )


def scanner():
    """Attachments have been scanned for viruses, where that is wished."""
    infected = Attachment.everything.filter(scan_state=ScanState.INFECTED).count()
    if infected:
        yield Symptom(
            f"有 {infected} 个附件含有病毒，已不再提供。",
            "请公开办核对这些信息，换上干净的文件；名单见日志中的 infected。",
        )
    if not scanning.is_on():
        return
    try:
        scanning.scan(io.BytesIO(b"x"))
    except scanning.ScannerAwayError as error:
        yield Symptom(
            f"查毒程序（CLAMD={settings.CLAMD}）没有应答：{error}。",
            "请检查 clamd 是否在运行、地址是否正确。",
        )
    if waiting := Attachment.everything.unscanned().count():
        yield Symptom(
            f"有 {waiting} 个附件还没有查毒，公众下载不了。", "请运行 manage.py scan_attachments。"
        )


def programs():
    """Programs that some files need."""
    if "doc" not in accepted_extensions():
        yield Symptom(
            "没有安装 LibreOffice：DOC、WPS、RTF、ODT 文件不能“从 Word 文件新建”，DOCX 不受影响。",
            "需要时请安装 libreoffice-writer。",
            is_grave=False,
        )


def installed():
    """Units and nginx files are this version's."""
    for what, remedy in installed_files.what_to_copy():
        yield Symptom(what, remedy, is_grave=False)


def taken_away():
    """What was withdrawn is gone from this machine's nginx and from all others."""
    mark = settings.KEPT_COPIES_MARK
    if (
        settings.TRUSTED_PROXY_COUNT
        and mark.exists()
        and time.time() - mark.stat().st_mtime > PURGED_WITHIN
    ):
        yield Symptom(
            "有内容撤下后，nginx 保存的副本一直没有删除，网页进程都停时它们不会显示。",
            f"请启用清除：systemctl enable --now lantai-purge.path；本机没有 nginx 的，删除 {mark} 即可。",
            is_grave=False,
        )
    late = timezone.now() - dt.timedelta(seconds=PURGED_WITHIN)
    if waiting := Takedown.objects.unfinished().filter(made_at__lt=late).count():
        yield Symptom(
            f"{waiting} 次撤下还没有在所有服务器上清除完。",
            "请在每台服务器上运行 manage.py tick，并查看日志里说的原因。",
            is_grave=not settings.DEMO,  # beside a demonstration runs no tick
        )
    for package in lying_packages(erasing_takedowns()):
        yield Symptom(
            f"{package}写有已依法删除的信息，还在 {package.machine} 的 {package.path}。",
            "请用有权限的账号删除这个文件；已经交给别人的，请通知对方。",
        )


CHECKS = {
    "设置": settings_for_the_public,
    "网站信息": site_identity,
    "目录和磁盘": folders,
    "数据库": database,
    "数据库文件": database_file,
    "时钟": clock,
    "公开目录": tree,
    "公开内容与登记簿": vouched_for,
    "静态文件": static_files,
    "自定义": customised,
    "附件": attachments,
    "各台服务器共用的": shared_with_others,
    "加密的个人信息": personal_data,
    "经 nginx 提供文件": delivery,
    "多余的文件": files,
    "搜索": search_index,
    "缓存": shared_cache,
    "撤下的内容": taken_away,
    "定时工作": regular_work,
    "后台任务": background_work,
    "邮件": mail,
    "登记簿的见证": witness_symptoms,
    "工作日历": calendar,
    "查毒": scanner,
    "外部程序": programs,
    "安装的配置文件": installed,
}
# They take longer the more there is.
SLOW = ("公开内容与登记簿", "数据库文件", "多余的文件", "加密的个人信息")


def examine(*, without=()):
    """Yields (name of the check, its symptoms)."""
    for name, check in CHECKS.items():
        if name in without:
            continue
        try:
            yield name, list(check())
        except Exception as error:
            said = next(iter(str(error).strip().splitlines()), repr(error))
            remedy = sentence_for(error) or "请把这一行和日志交给开发者；先检查数据库是否在运行。"
            yield name, [Symptom(f"检查没有完成：{said}", remedy.partition("\n")[0])]
