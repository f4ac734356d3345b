"""Looking at a workbook, and taking it in: all or nothing, in one transaction under the tree's lock
(docs/decisions/0003).
"""

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction

from catalog.locks import tree_write
from disclosure.acts import register_catalogue, register_lists
from ledger import audit
from ledger.actions import make_checkpoint
from ledger.digests.making import make_digest
from ledger.models import AuditEvent, Checkpoint
from ledger.signing import fault_of_this_machine
from portal import identity
from portal.setting_up.catalogue import put_catalogue
from portal.setting_up.organs import put_organs, put_site
from portal.setting_up.outcome import Fault, Outcome
from portal.setting_up.reading import read_workbook
from portal.setting_up.sheets import Row, sheets
from portal.setting_up.staff import prepare_passwords, put_staff

PERMISSION = "portal.set_up"
NOTHING = Fault("", "", "没有填写任何内容。", "请下载模板，在模板中填写后保存，再上传。")


def may_set_up(user: User) -> bool:
    """Whether this person may: 系统管理员 alone."""
    return user.is_active and user.has_perm(PERMISSION)


def look_through(data: bytes, *, by: User | None) -> Outcome:
    """What taking this workbook in would do, and every cell that is wrong. Nothing is written."""
    rows, faults = read_workbook(data, sheets())
    return _run(rows, faults, by=by, is_final=False)


def set_up(data: bytes, *, by: User | None, address: str = "") -> Outcome:
    """Take a workbook in, or nothing of it where a cell is wrong. `by`: None on the command line."""
    rows, faults = read_workbook(data, sheets())
    return _run(rows, faults, by=by, address=address, is_final=True)


def set_up_rows(rows: list[Row], *, by: User | None, is_final: bool) -> Outcome:
    """The same with what was answered to questions."""
    return _run(rows, [], by=by, is_final=is_final)


def _run(
    rows: list[Row], faults: list[Fault], *, by: User | None, is_final: bool, address: str = ""
) -> Outcome:
    if by is not None and not may_set_up(by):
        raise PermissionDenied("门户的设置由系统管理员办理。")
    outcome = Outcome(faults=list(faults))
    if not rows and not faults:
        outcome.faults.append(NOTHING)
    if not rows:
        return outcome
    of = {sheet.name: [row for row in rows if row.sheet == sheet.name] for sheet in sheets()}
    ready = prepare_passwords(of["工作人员"]) if is_final and not faults else {}
    with tree_write():  # before anything is loaded, and to the end of the transaction
        _put(outcome, of, by=by, ready=ready)
        outcome.is_done = is_final and outcome.is_sound and outcome.changes_something
        if outcome.is_done:
            register_catalogue(by=by)
            register_lists(by=by)
            _on_record(outcome, by, address)
            transaction.on_commit(_first_checkpoint, robust=True)
            transaction.on_commit(identity.forget)
        else:
            transaction.set_rollback(True)
            outcome.passwords = []
    return outcome


def _first_checkpoint() -> None:
    """From the first entries on there is something that witnesses can keep. A machine without the
    register's key leaves it to the one that has it.
    """
    if not Checkpoint.objects.exists() and not fault_of_this_machine():
        make_checkpoint()
        make_digest()


def _put(outcome: Outcome, of: dict[str, list[Row]], *, by: User | None, ready: dict) -> None:
    site, organs_sheet, catalogue, staff = sheets()
    put_site(outcome, site, of[site.name])
    organs, faulty = put_organs(outcome, organs_sheet, of[organs_sheet.name])
    put_catalogue(outcome, catalogue, of[catalogue.name], organs, faulty)
    put_staff(outcome, staff, of[staff.name], organs, faulty, by=by, ready=ready)


def _on_record(outcome: Outcome, by: User | None, address: str) -> None:
    """One entry of the audit log with everything that changed; no password is in it."""
    changes = [change for change in outcome.changes if change.kind != "不变"]
    audit.record(
        event=AuditEvent.IMPORT,
        by=by,
        account="" if by else "命令行",
        address=address,
        act="设置门户",
        object_kind="portal.siteidentity",
        object_name="门户设置",
        detail={
            "counts": [
                f"{name}：新增 {new}，修改 {changed}" for name, new, changed, _ in outcome.counts()
            ],
            "changes": [
                f"{change.sheet} {change.kind} {change.name}"
                + "".join(
                    f"；{label}：{before} → {after}" for label, before, after in change.details
                )
                for change in changes
            ][:1000],
        },
    )
