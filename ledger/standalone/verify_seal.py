"""核对数据包的印章：谁签的、签的是不是这些文件。由 verify_export.py、verify_package.py 调用。只用 Python 3.8 以上的标准库。

印章是登记簿的密钥（Ed25519，RFC 8032）对“清单的 SHA-256、登记簿到第几条、那一条的校验码、开始写包时到第几条”的签名：
没有这把密钥的人改动、增加、拿掉包里的任何一个字节，再重写清单，印章也不再成立。装有 cryptography 的用它核对签名，否则用这里的，结论相同。
"""

import hashlib
import json
from pathlib import Path

FORMAT = "lantai-seal-1"
UNSEALED = "没有印章：文件可能被改动过，连同印章一起拿掉了。0.2 及更早版本生成的包没有印章，确是旧包的，加 --old 只核对其余部分"
P, ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D, ROOT = -121665 * pow(121666, P - 2, P) % P, pow(2, (P - 1) // 4, P)


def point(encoded):
    """32 字节所表示的点，写成扩展坐标 (X, Y, Z, T)：x = X/Z，y = Y/Z，T = XY/Z。"""
    number = int.from_bytes(encoded, "little")
    y, sign = number % 2**255, number >> 255
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if x * x % P == square else x * ROOT % P
    if len(encoded) != 32 or y >= P or x * x % P != square or (sign and not x):
        raise ValueError("不是曲线上的点。")
    x = x if x % 2 == sign else P - x
    return x, y, 1, x * y % P


def add(one, other):
    """两点之和。"""
    a, b = (one[1] - one[0]) * (other[1] - other[0]), (one[1] + one[0]) * (other[1] + other[0])
    c, d = 2 * D * one[3] * other[3], 2 * one[2] * other[2]
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(number, base):
    """点的倍数。"""
    total = (0, 1, 1, 0)
    for bit in f"{number:b}":
        total = add(total, total)
        total = add(total, base) if bit == "1" else total
    return total


BASE = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


class Ed25519PublicKey:
    """公钥；用法与 cryptography 的同名类相同。"""

    def __init__(self, encoded):
        self.encoded = encoded

    @classmethod
    def from_public_bytes(cls, encoded):
        """32 字节的公钥。"""
        return cls(encoded)

    def verify(self, signature, message):
        """签名不成立时引发 ValueError。"""
        x, y, z, t = point(self.encoded)
        number = int.from_bytes(signature[32:], "little")
        digest = hashlib.sha512(signature[:32] + self.encoded + message).digest()
        share = times(int.from_bytes(digest, "little") % ORDER, (P - x, y, z, P - t))
        x, y, z, _ = add(times(number, BASE), share)
        inverse = pow(z, P - 2, P)
        found = (y * inverse % P) | (x * inverse % P % 2) << 255
        if len(signature) != 64 or number >= ORDER or found.to_bytes(32, "little") != signature[:32]:
            raise ValueError("签名不成立。")


def options_of(parser, register):
    """命令行的选择，加上与印章有关的；没有装 cryptography 的，登记簿的签名也用这里的算法核对。"""
    register.Ed25519PublicKey = register.Ed25519PublicKey or Ed25519PublicKey
    parser.add_argument("--key", metavar="公钥编号")
    parser.add_argument("--checkpoint", metavar="条数:校验码或另存的文件")
    parser.add_argument("--old", action="store_true", help="0.2 及更早版本生成的包，没有印章")
    return parser.parse_args()


def all_faults(register, seal, manifest_sha256, entries, options):
    """印章上的全部问题；options：命令行的 key、checkpoint、old。"""
    if seal is None and options.old and not (options.key or options.checkpoint):
        return []
    faults = seal_faults(register, seal, manifest_sha256, entries)
    return faults or list(trust_faults(seal, entries, options.key, options.checkpoint))


def seal_faults(register, seal, manifest_sha256, entries):
    """印章上的问题。register：verify_register；entries：包里登记簿的条目，包里没有登记簿时是 None。"""
    if seal is None:
        return [UNSEALED + "。"]
    try:
        return list(faults_of(register, seal, manifest_sha256, entries))
    except (KeyError, TypeError, ValueError, AttributeError):
        return ["印章读不出来，或者格式比本程序新。"]


def faults_of(register, seal, manifest_sha256, entries):
    """印章逐项核对：公钥的背书、签名、清单、登记簿。"""
    keys = register.public_keys(seal["keys"], faults := [])
    yield from faults
    signed = register.without(seal, {"keys", "signature"})
    if seal["format"] != FORMAT:
        raise ValueError(seal["format"])
    if not register.is_signed(signed, keys.get(seal["key_id"], ""), seal["signature"]):
        yield "印章的签名不成立。"
    if seal["manifest_sha256"] != manifest_sha256:
        yield "清单与印章不符：有文件被改动、增加或者拿掉，清单也重新写过。"
    head = {} if entries is None else entries[-1] if entries else {"entry_hash": "0" * 64}
    if entries is not None and (seal["register_entries"], seal["register_head"]) != (len(entries), head["entry_hash"]):
        yield f"登记簿与印章不符：盖章时有 {seal['register_entries']} 条，包里有 {len(entries)} 条，或者最后一条不同。"


def trust_faults(seal, entries, key, checkpoint):
    """与核验人手里的公钥（编号或者全文）、检查点比较。"""
    trusted = {one["key_id"]: one["endorsed_by"] for one in seal["keys"]}
    whole = {one["public_key"]: one["key_id"] for one in seal["keys"]}
    wanted, signer, seen = key and whole.get(key.lower(), key.lower()), seal["key_id"], set()
    while wanted and signer != wanted and signer not in seen:  # 换过密钥的，沿着背书往前找
        seen.add(signer)
        signer = trusted.get(signer, signer)
    if wanted and signer != wanted:
        yield f"印章不是您给出的公钥签的，也不是它背书的：{seal['key_id']}。"
    for number, digest in points(checkpoint) if checkpoint else ():
        if entries is None or not 0 < number <= len(entries) or entries[number - 1]["entry_hash"] != digest:
            yield f"登记簿与您给出的检查点不符，或者没有那么多条：{number}:{digest}。"


def points(checkpoint):
    """检查点 [(条数, 校验码)]：写成 条数:校验码，或者以前另存的文件。"""
    if not Path(checkpoint).is_file():
        number, _, digest = checkpoint.strip().partition(":")
        return [(int(number) if number.isdigit() else 0, digest.lower())]
    kept = json.loads(Path(checkpoint).read_text("utf-8"))
    return [(one["sequence"], one["entry_hash"]) for one in kept.get("checkpoints", [kept])]


def unproved(seal, options):
    """没有核对、或者核对不了的，一句一件。"""
    if seal is None:
        yield UNSEALED.partition("：")[0] + "，下列没有核对：清单由谁写成，以及登记簿没有登记的文件（PDF、表格、清单等）是否被改动过。"
    elif not (options.key or options.checkpoint):
        yield (
            f"印章由公钥 {seal['key_id']} 签。整个包连同公钥都是伪造的，本程序看不出来：请与从别处得到的公钥或者检查点核对，"
            "写成 --key 公钥编号，或者 --checkpoint 条数:校验码（或者另存的检查点文件）。"
        )
