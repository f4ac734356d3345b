"""Which key of personal data is in use here. The database knows the id of every key that was put to
use, the file of this machine has the keys.

Several machines share one database, so none makes a key while others are at work: what one had
encrypted the others could not read.
"""

import contextlib
import time
from collections.abc import Callable

from django.db import IntegrityError, transaction
from django.db.models import Max

from confidential import keyring, rotation
from confidential.errors import ConfidentialError, KeyFileError
from disclosure.erasing import clearing
from disclosure.models import Node
from portal.models import ConfidentialKey

# A request that had read the file of before may still write: no statement, job or request goes on
# for so long.
GRACE_SECONDS = 120


def key_in_use() -> str:
    """The id of the key that encrypts, by the database; empty where none was ever used."""
    return (
        ConfidentialKey.objects.order_by("-number").values_list("key_id", flat=True).first() or ""
    )


def others_at_work() -> list[str]:
    """The other machines that serve this database now."""
    return list(Node.objects.at_work().exclude(name=clearing.node()).values_list("name", flat=True))


def fault_of_this_machine() -> str:
    """Why this machine cannot read what is encrypted, with what to do; empty where it can, or
    nothing is encrypted yet.
    """
    used = key_in_use()
    if not used:
        return ""
    try:
        ring = keyring.read()
    except KeyFileError as error:
        return f"{error}{_lost(used)}"
    if used in ring.ids:
        return ""
    return f"本机的 {keyring.path()} 不是平台正在使用的密钥（编号 {used}）。请换成其他服务器上或另外保存的那一份。{_lost(used)}"


def _lost(used: str) -> str:
    return f"确实已经丢失、无处可复制的（编号 {used}），才运行 manage.py confidential_key --lost：以前加密的内容从此无法读出。"


def fault_before_first_use() -> tuple[str, str] | None:
    """(what, remedy) where several machines serve and none has a key yet, so that somebody has to
    make it.
    """
    if key_in_use() or not others_at_work():
        return None
    return (
        "还没有加密个人信息的密钥：有几台服务器，所以没有自动生成。在此之前不能启用动态口令。",
        f"请在一台服务器上运行 manage.py confidential_key，再把 {keyring.path()} 复制到其余各台（属主为运行服务的账号，权限 600）。",
    )


def provide_first() -> None:
    """Make the first key when it is needed. Raises KeyFileError where a key is in use already, or
    other machines are at work.
    """
    if fault := fault_of_this_machine() or "".join(fault_before_first_use() or ()):
        raise KeyFileError(fault)
    make_first()


def make_first() -> str:
    """Make this machine's key file unless it is there, and let the database know the key unless it
    knows one; returns its id.

    Raises KeyFileError where the database knows another key.
    """
    if not key_in_use():
        if not keyring.is_here():
            keyring.make()
        # Another machine may come at once: the first row counts.
        with contextlib.suppress(IntegrityError), transaction.atomic():
            ConfidentialKey.objects.create(number=1, key_id=keyring.read().first.id.hex())
    if fault := fault_of_this_machine():
        raise KeyFileError(fault)
    return key_in_use()


def make_if_alone() -> tuple[int, int]:
    """A step of `tick`: the first key, so that it lies with the others before they are copied to a
    safe place.
    """
    if key_in_use() or others_at_work():
        return 0, 0
    make_first()
    return 0, 0  # nothing was due


def replace_lost() -> str:
    """Begin anew with a key of this machine, where the one in use is gone everywhere; returns the
    new id.

    What was encrypted under it stays unreadable until its file comes back. Raises KeyFileError
    where nothing is lost.
    """
    if not fault_of_this_machine():
        raise KeyFileError(
            "本机的密钥可以使用，没有丢失。要换一把新的，请运行 manage.py confidential_key --rotate。"
        )
    with contextlib.suppress(
        KeyFileError
    ):  # a sound file of other keys stays of use for what they encrypted
        rotation.prepare()
        rotation.lead(keyring.read().ids[-1])
        return _put_to_use()
    if keyring.is_here():
        keyring.path().replace(keyring.path().with_name(f"{keyring.path().name}.unreadable"))
    keyring.make()
    return _put_to_use()


@transaction.atomic
def _put_to_use() -> str:
    """Let the database know the keys of the file, the one that encrypts as the last; returns its
    id.
    """
    number = ConfidentialKey.objects.aggregate(last=Max("number"))["last"] or 0
    known = set(ConfidentialKey.objects.values_list("key_id", flat=True))
    ids = keyring.read().ids
    for key_id in (*ids[1:], ids[0]):
        if key_id not in known:
            number += 1
            ConfidentialKey.objects.create(number=number, key_id=key_id)
    return ids[0]


class RotationWaitsError(ConfidentialError):
    """The rotation cannot go on before somebody has done something; `str()` says what."""


def rotate(
    *, progress: Callable[[int], None], wait: Callable[[int], None] = time.sleep
) -> rotation.Outcome:
    """Change the key, or go on where a change was cut off. On one machine all of it; where others
    are at work two stops, for the file has to be copied to them each time. Raises
    RotationWaitsError there, KeyFileError where this machine has not the key in use.
    """
    make_first()
    ring, used = keyring.read(), key_in_use()
    if ring.first.id.hex() == used and len(ring.keys) == 1:
        ring = rotation.prepare()
        if others_at_work():
            raise RotationWaitsError(
                f"新密钥已经写进 {keyring.path()}，还没有启用。{_copy('--rotate')}"
            )
    known = set(ConfidentialKey.objects.values_list("key_id", flat=True))
    if new := [key_id for key_id in ring.ids if key_id not in known]:
        rotation.lead(new[-1])
        _put_to_use()
    outcome = rotation.write_all_anew(progress=progress)
    if others_at_work():
        raise RotationWaitsError(
            f"已启用新密钥，重新加密了 {outcome.written} 个值。{_copy('--finish')}"
        )
    return finish(progress=progress, wait=wait)


def _copy(option: str) -> str:
    others = "、".join(others_at_work())
    return f"请把这个文件复制到其他服务器（{others}；属主为运行服务的账号，权限 600），然后在本机运行 manage.py confidential_key {option}。"


def finish(
    *, progress: Callable[[int], None], wait: Callable[[int], None] = time.sleep
) -> rotation.Outcome:
    """Bring the rest under the key in use and take the old keys out of the file, unless a value of
    theirs does not open.
    """
    if fault := fault_of_this_machine():
        raise KeyFileError(fault)
    if keyring.read().first.id.hex() != key_in_use():
        raise RotationWaitsError("新密钥还没有启用。请先运行 manage.py confidential_key --rotate。")
    wait(GRACE_SECONDS)
    outcome = rotation.write_all_anew(progress=progress)
    if not outcome.unreadable:
        rotation.finish()
    return outcome


def older_values() -> int:
    """How many values are not under the key that encrypts; 0 where there is no key to tell by."""
    try:
        return rotation.count_older()
    except KeyFileError:
        return 0


keyring.on_first_use(provide_first)
