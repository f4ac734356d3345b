"""What an error of the database or of a folder means for whoever keeps this installation, and what
to do about it, in a sentence.

Asked by manage.py for what nobody caught, by the check of the database's encoding, and by `doctor`.
"""

import errno
import re

from django.core.checks import Error as CheckError
from django.core.checks import Tags, register
from django.db import Error as DatabaseError
from django.db import connections

from confidential.errors import ConfidentialError

POOLING = "请在 pgbouncer.ini 中写 pool_mode = session 和 ignore_startup_parameters = extra_float_digits,options，重新启动 PgBouncer"
# What PostgreSQL, PgBouncer and SQLite say, and what helps.
DATABASE = (
    (
        r"unsupported startup parameter",
        f"连接经过 PgBouncer，它按默认设置不接受平台的连接参数。{POOLING}，并按 docs/scaling.md 把时限设给数据库账号。",
    ),
    (
        r'cursor "[^"]*" does not exist|prepared statement "[^"]*" (?:does not|already) exist',
        f"PgBouncer 在每个事务之后换了连接（pool_mode = transaction），平台不能这样用。{POOLING}。",
    ),
    (
        r"password authentication failed|no password supplied",
        "数据库口令不对。请核对 DATABASE_URL 中的账号和口令；口令中的特殊字符要写成百分号编码（例如 @ 写成 %40）。",
    ),
    (
        r'database "[^"]*" does not exist',
        "没有这个数据库。请核对 DATABASE_URL 中的库名，或按运维手册用 createdb 建立。",
    ),
    (
        r'role "[^"]*" does not exist',
        "数据库中没有这个账号。请核对 DATABASE_URL 中的账号，或按运维手册用 createuser 建立。",
    ),
    (
        r"permission denied for schema",
        "数据库账号不能在这个库中建表。请让它成为库的属主：ALTER DATABASE 库名 OWNER TO 账号。",
    ),
    (
        r"[Cc]onnection refused|Is the server running|timeout expired|the database system is (?:starting|shutting)",
        "数据库没有应答。请运行 systemctl status postgresql，并核对 DATABASE_URL 中的主机和端口。",
    ),
    (r"could not translate host name", "找不到数据库所在的主机。请核对 DATABASE_URL 中的主机名。"),
    (
        r"too many clients|connection slots are reserved|no more connections allowed",
        "数据库的连接用完了。请减少 WEB_CONCURRENCY 或 WEB_THREADS，或加大 PostgreSQL 的 max_connections。",
    ),
    (
        r"readonly database|unable to open database file",
        "数据库文件不能写入。请用服务的账号运行（deploy/lantai-manage 命令），并检查 DATA_DIR 的属主和权限。",
    ),
    (r"disk is full|No space left", "磁盘已满。请清理旧日志和旧备份，或扩大磁盘，再做一次。"),
    (
        r"database disk image is malformed|file is not a database",
        "数据库文件已损坏。请停止服务，把最近一份完好的备份恢复到新的目录（运维手册“恢复”）。",
    ),
)
FOLDER = {
    errno.EACCES: "没有权限。请用服务的账号运行（deploy/lantai-manage 命令），或检查它和各级上级目录的属主、权限",
    errno.EPERM: "不允许这样做。请用服务的账号运行（deploy/lantai-manage 命令），或检查它的属主和权限",
    errno.ENOENT: "没有这个文件或目录。请检查变量和命令中的路径，或先建立上级目录",
    errno.ENOTDIR: "路径中有一段不是目录。请检查变量和命令中的路径",
    errno.EROFS: "所在的文件系统是只读的。请检查磁盘是否因出错变为只读；由 systemd 运行的，请把这个目录写进服务文件的 ReadWritePaths",
    errno.ENOSPC: "磁盘已满。请清理旧日志和旧备份，或扩大磁盘，再做一次",
    errno.EDQUOT: "磁盘配额已用完。请清理，或请管理员增加配额，再做一次",
}


def sentence_for(error: BaseException) -> str:
    """What happened and what to do; empty where only the developers can know."""
    if isinstance(error, DatabaseError):
        said = str(error)
        for pattern, remedy in DATABASE:
            if re.search(pattern, said):
                return f"{remedy}\n数据库说：{said.strip().splitlines()[0]}"
    if isinstance(error, ConfidentialError):
        return str(error)
    if isinstance(error, OSError) and error.errno in FOLDER:
        return f"{error.filename or '一个文件'}：{FOLDER[error.errno]}。"
    return ""


def encoding_fault(connection) -> str:
    """Why this PostgreSQL database cannot hold Chinese as text, with what to do; empty where it
    can.
    """
    if connection.vendor != "postgresql":
        return ""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_encoding")
        encoding = cursor.fetchone()[0]
    if encoding == "UTF8":
        return ""
    name = connection.settings_dict["NAME"]
    return (
        f"数据库 {name} 的编码是 {encoding}，不是 UTF8：中文不能搜索、排序，长度也会算错。请另建一个："
        f"createdb --owner 账号 --encoding UTF8 --locale C.UTF-8 --template template0 {name}_utf8，写进 DATABASE_URL；"
        "已有内容的，先备份，再恢复到新库。"
    )


def timeouts_fault(connection) -> str:
    """Why the limits of the settings are not in force on this connection, with what to do; empty
    where they are.
    """
    if connection.vendor != "postgresql":
        return ""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('statement_timeout'), current_setting('lock_timeout')"
        )
        is_limited = "0" not in cursor.fetchone()
    if is_limited:
        return ""
    return (
        "数据库没有收到平台的时限（一条语句 30 秒、等锁 10 秒），多半是 PgBouncer 把它丢掉了。"
        "请按 docs/scaling.md 用 ALTER ROLE 把时限设给数据库账号。"
    )


@register(Tags.database)
def the_database_holds_chinese(databases=None, **kwargs):
    """Run before `migrate` changes anything, and by `check --database default`."""
    faults = [encoding_fault(connections[alias]) for alias in databases or ()]
    return [CheckError(fault, id="lantai.E001") for fault in faults if fault]
