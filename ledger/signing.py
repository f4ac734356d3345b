"""Which private key may sign here. The database knows the public half of every key, the file of
this machine has a private one.

Several machines share one register, so a machine without the file must not make a key of its own:
its checkpoints would be signed by a key that nobody vouched for
(docs/decisions/0070-what-machines-share.md).
"""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from ledger import keys
from ledger.models import SigningKey


class KeyRefusedError(ImproperlyConfigured):
    """This machine has no key that may sign; the sentence says what to do."""


def key_in_use():
    """The newest key on record, or None where the register has none yet."""
    return SigningKey.objects.order_by("-number").first()


def fault_of_this_machine():
    """Why this machine may not sign, with what to do about it; empty where it may, or where there
    is no key yet.
    """
    known = list(SigningKey.objects.order_by("number"))
    if not known:
        return ""
    if not keys.is_here():
        return _says("没有登记簿的签名密钥文件", known[-1])
    try:
        here = keys.public_hex(keys.private_key())
    except ImproperlyConfigured as error:
        return str(error)
    if here in _retired(known):
        return _says("的登记簿签名密钥已经换用新的，这里还是旧的", known[-1])
    if here not in {key.public_key for key in known}:
        return _says("的登记簿签名密钥与登记簿认可的不是同一把", known[-1])
    return ""


def _retired(known):
    """Public halves of the keys that were rotated: each endorsed the one after it, and signs no
    more.
    """
    endorsers = {key.endorsed_by for key in known if key.endorsed_by != key.key_id}
    return {key.public_key for key in known if key.key_id in endorsers}


def _says(what, current):
    path = settings.LEDGER_KEY_FILE
    return (
        f"本机{what}（{path}；登记簿使用的公钥编号是 {current.key_id}）。各台服务器须用同一把：请从已有的服务器或密钥备份把这个"
        f"文件复制到 {path}，属主为运行服务的账号，权限 600。确实已经丢失、无处可复制的，才运行 manage.py ledger_key --lost。"
    )


def signing_key():
    """The private key to sign with; made here only where the register has none at all. To be called
    under the register's lock.

    Raises KeyRefusedError where this machine may not sign.
    """
    if key_in_use() is None and not keys.is_here():
        keys.make()
    finish_rotation()
    if fault := fault_of_this_machine():
        raise KeyRefusedError(fault)
    return keys.private_key()


def finish_rotation():
    """Put the new key in its place where a rotation on this machine was cut off after the register
    had it on record.
    """
    current = key_in_use()
    if (
        not (current and keys.is_here())
        or keys.public_hex(keys.private_key()) == current.public_key
    ):
        return
    if waiting := keys.written_beside(current.public_key):
        keys.take_the_place(waiting)
