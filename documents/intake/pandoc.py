"""The converter: pandoc as a program of its own, in a sandbox, with bounds on time and memory."""

import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pypandoc

from documents.intake.result import IntakeError
from documents.programs import run

SECONDS = 30
MEMORY = "1024M"
MAX_OUTPUT = 60_000_000
_FAILED = "文件内容无法转换。请用 Word 或 WPS 打开，另存为新的 DOCX 文件后再上传；或者复制正文，粘贴到“正文”栏。"


def blocks_of(docx: bytes) -> list[dict[str, Any]]:
    """The blocks of a DOCX as pandoc's document tree (JSON). `--sandbox`: it reads its input and
    nothing else.

    Memory is bounded by the program's own run-time system: the address space it reserves makes a
    ulimit useless.
    """
    with tempfile.TemporaryDirectory(prefix="intake-") as folder:
        source, target = Path(folder) / "in.docx", Path(folder) / "out.json"
        source.write_bytes(docx)
        command = [
            pypandoc.get_pandoc_path(),
            "--sandbox",
            "--from=docx",
            "--to=json",
            "--quiet",
            f"--output={target}",
        ]
        command += [str(source), "+RTS", f"-M{MEMORY}", "-RTS"]
        environment = {"HOME": folder, "LANG": "C.UTF-8", "PATH": ""}
        try:
            run(command, seconds=SECONDS, folder=folder, environment=environment)
            if target.stat().st_size > MAX_OUTPUT:
                raise IntakeError("正文过长，无法读取。请把附表等内容拆成附件后再上传。")
            return json.loads(target.read_bytes())["blocks"]
        except subprocess.TimeoutExpired as error:
            raise IntakeError("文件过于复杂，转换超时。请把附表等内容拆成附件后再上传。") from error
        except (
            subprocess.CalledProcessError,
            OSError,
            ValueError,
            KeyError,
            RecursionError,
        ) as error:
            raise IntakeError(_FAILED) from error
