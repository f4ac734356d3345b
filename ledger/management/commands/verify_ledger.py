"""manage.py verify_ledger"""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from ledger.audit import verify_audit
from ledger.models import AuditEntry, Checkpoint, Entry
from ledger.outside.old_checkpoints import NoCheckpointError, compare
from ledger.outside.witnesses import last_witnessed
from ledger.verification import verify_chain


class Command(BaseCommand):
    """Check the whole register and the audit log."""

    help = "核验登记簿：逐条校验码、前后链接、检查点签名、数据库触发器；审计日志的链；公开版本的内容。没有问题退出码为 0，否则为 1。"

    def add_arguments(self, parser):
        """What somebody kept."""
        parser.add_argument(
            "--checkpoint",
            type=Path,
            metavar="文件",
            help="以前另存的检查点（checkpoints.json、见证邮件的附件），与登记簿核对",
        )

    def handle(self, *args, checkpoint=None, **options):
        """Do it and report in Chinese."""
        kept = _compared(checkpoint) if checkpoint else []
        count, audited = Entry.objects.count(), AuditEntry.objects.count()
        with tqdm(total=count + audited, desc="核验登记簿", unit="条", disable=None) as progress:
            faults = [
                *verify_chain(on_entry=progress.update),
                *verify_audit(on_entry=progress.update),
            ]
        for fault in faults:
            self.stdout.write(("注意：" if fault.is_warning else "问题：") + fault.message)
        for one in kept:
            self.stdout.write(("另存的" if one.outcome == "agrees" else "问题：另存的") + str(one))
        serious = sum(not fault.is_warning for fault in faults)
        serious += sum(one.outcome != "agrees" for one in kept)
        head = Entry.objects.order_by("-sequence").values_list("entry_hash", flat=True).first()
        self.stdout.write(
            f"共 {count} 条，检查点 {Checkpoint.objects.count()} 个，最后一条的校验码 {head or '（无）'}"
        )
        self.stdout.write(_unprotected(count))
        self.stdout.write(f"审计日志 {audited} 条。")
        self.stdout.write(f"发现 {serious} 个问题。" if serious else "没有发现问题。")
        if serious:
            raise SystemExit(1)


def _compared(path):
    try:
        return compare(path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path} 读不出来：{error}") from error
    except NoCheckpointError as error:
        raise CommandError(str(error)) from error


def _unprotected(count):
    """How far outsiders can prove anything: up to the newest checkpoint that somebody keeps."""
    point = Checkpoint.objects.order_by("-number").first()
    taken = last_witnessed()
    signed = point.sequence if point else 0
    if not count:
        return "登记簿还没有条目。"
    words = []
    if taken:
        words.append(
            f"外部见证收到的检查点（{taken.day}）签到第 {taken.sequence} 条：到这里为止，改写登记簿瞒不过见证人。"
        )
    if signed < count:
        words.append(
            f"第 {signed + 1} 条到第 {count} 条在最近的检查点之后：还没有签名，别处无人能证明，"
            "有人改动数据库并重写这几条，这里看不出来。"
        )
    if signed > (taken.sequence if taken else 0):
        words.append(
            f"最近的检查点（{point.day}，签到第 {signed} 条）还没有设置的见证收到过："
            "它只在有人另存了检查点时才防得住掌握密钥的人。"
        )
    return "\n".join(words)
