"""`manage.py confidential_key`"""

import time

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from confidential import keyring, rotation
from confidential.errors import ConfidentialError
from portal import confidential_key

CHOICES = {
    "rotate": "换用新的密钥，所有已加密的内容重新加密；中断之后再运行一次即可",
    "finish": "几台服务器换密钥的最后一步：确认新文件已复制到各台之后，删去旧密钥",
    "re-encrypt": "不换密钥，只把还用着以前的密钥或以前存法的内容重新加密",
    "check": "逐个核对已加密的内容能否解开，不显示内容",
    "lost": "原密钥确已丢失，各台服务器和备份中都没有：另起一把；以前加密的内容无法读出",
}


class Command(BaseCommand):
    """Make, rotate or check the key of personal data at rest."""

    help = "生成加密个人信息的密钥（已有则不动），显示编号；--rotate 换一把新的。"

    def add_arguments(self, parser):
        choice = parser.add_mutually_exclusive_group()
        for name, words in CHOICES.items():
            choice.add_argument(
                f"--{name}",
                dest="act",
                action="store_const",
                const=name.replace("-", "_"),
                help=words,
            )

    def handle(self, *, act, **options):
        """Do it and report in Chinese."""
        try:
            getattr(self, f"_{act or 'show'}")()
        except ConfidentialError as error:
            raise CommandError(str(error)) from error

    def _show(self):
        """The key of this installation, made where there is none."""
        self._tell(confidential_key.make_first())

    def _lost(self):
        self._tell(confidential_key.replace_lost())

    def _tell(self, key_id):
        self.stdout.write(
            f"密钥文件 {keyring.path()}（请另外保存一份，勿外传；有几台服务器的，复制到每一台）"
        )
        self.stdout.write(f"密钥编号 {key_id}")

    def _rotate(self):
        with tqdm(desc="重新加密", unit="个", disable=None) as bar:
            self._report(confidential_key.rotate(progress=bar.update, wait=self._wait))

    def _finish(self):
        """Take the old keys out."""
        with tqdm(desc="重新加密", unit="个", disable=None) as bar:
            self._report(confidential_key.finish(progress=bar.update, wait=self._wait))

    def _wait(self, seconds):
        """Say why nothing seems to happen."""
        self.stdout.write(
            f"等 {seconds} 秒，让正在进行的操作结束，再核对一遍（中断也没有关系，之后再运行一次）。"
        )
        time.sleep(seconds)

    def _report(self, outcome):
        self._name_unreadable(outcome)
        self.stdout.write(
            f"密钥已更换，编号 {keyring.read().first.id.hex()}；核对了 {outcome.seen} 个加密的值。"
        )
        self.stdout.write(
            f"请把 {keyring.path()} 另外保存一份，有几台服务器的，再复制到每一台。旧密钥在旁边的 "
            f"{keyring.path().name}.retired-… 中：恢复以前的备份要用它，那些备份都删除之后，请删去它。"
        )

    def _re_encrypt(self):
        """Bring the rest under the key in use."""
        confidential_key.make_first()
        with tqdm(desc="重新加密", unit="个", disable=None) as bar:
            outcome = rotation.write_all_anew(progress=bar.update)
        self.stdout.write(f"核对了 {outcome.seen} 个加密的值，重新加密了 {outcome.written} 个。")
        self._name_unreadable(outcome)

    def _check(self):
        with tqdm(desc="核对", unit="个", disable=None) as bar:
            outcome = rotation.check_all(progress=bar.update)
        self._name_unreadable(outcome)
        self.stdout.write(f"{outcome.seen} 个加密的值都能解开。")

    def _name_unreadable(self, outcome):
        if not outcome.unreadable:
            return
        named = "；".join(outcome.unreadable[:20]) + ("……" if len(outcome.unreadable) > 20 else "")
        raise CommandError(
            f"有 {len(outcome.unreadable)} 个值解不开（被改动过，或者密钥不在文件中），旧密钥没有删去：{named}。"
            "请从备份恢复它们，或核实之后清除（动态口令：manage.py reset_second_factor 账号），再运行一次。"
        )
