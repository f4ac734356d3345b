"""Faults put in by hand, one after the other: each has to make a test fail.

    .venv/bin/python deploy/drills/mutants.py [word in the name …]

Works on a copy of what git knows. A fault that no test finds, or whose place in the code is not
there any more, ends with 1. Those marked `PostgreSQL` change nothing on SQLite: run them with
`.ci/with-postgres`.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REMOVAL, SAVES = "portal/tests/test_removal.py", "portal/tests/test_saves.py"


@dataclass(frozen=True)
class Mutant:
    """`old` stands once in `file`; `tests` are pytest's words for where the fault is looked for."""

    name: str
    file: str
    old: str
    new: str
    tests: tuple
    only: str = ""


MUTANTS = (
    Mutant(
        "removal: files are left to the next tick",
        "disclosure/erasing/clearing.py",
        "    delete_files()\n    clear_node()",
        "    clear_node()",
        (REMOVAL, "-k", "files_go_with"),
    ),
    Mutant(
        "removal: tick does not come back to files that could not be deleted",
        "disclosure/erasing/clearing.py",
        "failed, finished = delete_files(), 0",
        "failed, finished = 0, 0",
        (REMOVAL, "-k", "could_not_be_deleted"),
    ),
    Mutant(
        "removal: the list of files is empty",
        "disclosure/erasing/clearing.py",
        "files=sorted(files))",
        "files=[])",
        (REMOVAL, "-k", "files_go_with or left_anywhere"),
    ),
    Mutant(
        "removal: made files are kept",
        "disclosure/files/store.py",
        "    if not erased:\n        return",
        "    if True:\n        return",
        (REMOVAL, "-k", "left_anywhere"),
    ),
    Mutant(
        # The act takes it out twice: as part of the removal, and as of all that is no longer
        # public.
        "withdrawal: the search entry is kept",
        "disclosure/search/indexing.py",
        "        unindex(ITEMS, [item.pk])\n        return",
        "        return",
        ("disclosure/search/tests/test_finding.py", "-k", "withdraws_it"),
    ),
    Mutant(
        "withdrawal: the mark for nginx's kept copies is not touched",
        "portal/clearing.py",
        "    settings.KEPT_COPIES_MARK.touch(mode=0o644)",
        "    settings.KEPT_COPIES_MARK.exists()",
        (
            REMOVAL,
            "portal/tests/test_promptness.py",
            "-k",
            "files_go_with or mark or nginx or copies",
        ),
    ),
    Mutant(
        "register: one person shows hidden words again",
        "ledger/actions.py",
        "    if by is None or by.pk == redaction.lift_asked_by_id:",
        "    if by is None:",
        (
            "ledger/tests/test_erasure.py",
            "ledger/tests/test_admin.py",
            "-k",
            "two or lift or second or person",
        ),
    ),
    Mutant(
        "desk: the record is not locked",
        "desk/saving.py",
        "            self.lock(request, object_id)\n            if late",
        "            if late",
        (SAVES, "-k", "locks_the_record"),
        only="PostgreSQL",
    ),
    Mutant(
        "desk: the version is not looked at",
        "desk/saving.py",
        "        return self.version_of(request, stored) != request.POST.get(VERSION)",
        "        return False",
        (SAVES, "-k", "somebody_else_saved and item"),
    ),
    Mutant(
        "desk: fields that are not shown are written",
        "desk/saving.py",
        "            obj.save(update_fields={*shown, *self.written_beside})",
        "            obj.save()",
        (SAVES, "-k", "columns_it_shows"),
    ),
    Mutant(
        "import: items of a table that is under way are seen",
        "disclosure/models/working.py",
        '        return self.filter(~Exists(staged.filter(item=OuterRef("pk"), batch__applied_at=None)))',
        "        return self.all()",
        ("imports/tests/test_bulk_at_once.py", "-k", "see_nothing"),
    ),
    Mutant(
        "import: what is applied is taken back",
        "imports/bulk/staging.py",
        "claim=batch.claim, applied_at=None)\n    if not mine",
        "pk__isnull=False)\n    if not mine",
        ("imports/tests/test_bulk_at_once.py", "-k", "never_taken_back or lost_the_table"),
    ),
    Mutant(
        "removal: packages on disk are kept",
        "disclosure/erasing/written_packages.py",
        "            path.unlink()\n",
        "",
        ("portal/tests/test_written_packages.py", "-k", "goes_with_what"),
    ),
    Mutant(
        "restore: what was removed since comes back",
        "portal/operations/removals.py",
        "    if item is None or item.is_removed_by_law:",
        "    if item is None or item.index_number:",
        ("portal/tests/test_removals.py", "-k", "removed_again"),
    ),
    Mutant(
        "register: the link to the entry before is not compared",
        "ledger/verification.py",
        "        if previous_hash is not None and entry.previous_hash != previous_hash:",
        "        if False:",
        ("ledger/tests/test_verification.py", "-k", "link_alone"),
    ),
    Mutant(
        "register: a later checkpoint with fewer entries is taken",
        "ledger/verification.py",
        "    if any(later < earlier for earlier, later in pairwise(counts)):",
        "    if False:",
        ("ledger/tests/test_verification.py", "-k", "fewer_entries"),
    ),
    Mutant(
        "review: who brought the draft in may decide on it",
        "disclosure/acts/guarding.py",
        " or item.created_by_id == by.pk\n",
        "\n",
        ("disclosure/tests/test_workflow.py", "-k", "brought_it_in"),
    ),
    Mutant(
        "import: who imports is no writer of the draft",
        "imports/actions.py",
        "        item.contributors.add(by)",
        "        pass",
        ("imports/tests/test_legacy_import.py", "-k", "counts_as_its_writer"),
    ),
    Mutant(
        "notices: a hidden category shows what was withdrawn from it",
        "disclosure/models/item.py",
        'filter(status__in=gone).exclude(\n            category__in=Category.objects.hidden().values("pk")\n        )',
        "filter(status__in=gone)",
        ("disclosure/tests/test_item.py", "-k", "notice_is_hidden"),
    ),
    Mutant(
        "desk: an item of another organ is written",
        "catalog/admin/scope.py",
        "        self.require_department(request.user, obj.department_id)\n        super()",
        "        super()",
        ("disclosure/tests/test_admin_items.py", "-k", "refused_on_writing"),
    ),
    Mutant(
        "desk: the item of another organ's report is written",
        "disclosure/admin.py",
        'item.genre = item.genre or "报告"\n'
        "        self.require_department(request.user, obj.department_id)",
        'item.genre = item.genre or "报告"',
        ("disclosure/tests/test_admin_items.py", "-k", "refused_on_writing"),
    ),
    Mutant(
        "register: explanations of a report are not compared",
        "disclosure/revisions/standing.py",
        'if name != "department" and now.get(name) != value',
        'if name not in ("department", "explanations") and now.get(name) != value',
        ("opendata/tests/test_tampering.py", "-k", "explanation_changed"),
    ),
    Mutant(
        "correction: what was in force is registered once more",
        "disclosure/acts/corrections.py",
        "        row.registered_at = registered.get((row.starts_on, row.state))",
        "        row.registered_at = None",
        ("disclosure/tests/test_standing.py", "-k", "second_time"),
    ),
    Mutant(
        "correction: what it says anew is not registered",
        "disclosure/acts/corrections.py",
        "        row.registered_at = registered.get((row.starts_on, row.state))\n",
        "",
        ("disclosure/tests/test_standing.py", "-k", "says_anew"),
    ),
    Mutant(
        "personal data: somebody is born in the future",
        "documents/personal/numbers.py",
        "    return dt.date(1900, 1, 1) <= day <= today",
        "    return dt.date(1900, 1, 1) <= day",
        ("documents/personal/tests/test_personal_data.py", "-k", "in_the_future or to_come"),
    ),
    Mutant(
        "personal data at rest: a value opens in any place",
        "confidential/encryption.py",
        "            *(str(part).encode() for part in (self.room, self.field, self.record)),\n",
        "",
        ("confidential/tests/test_encryption.py", "-k", "no_other_place"),
    ),
    Mutant(
        "personal data at rest: a rotation writes over what somebody has changed",
        "confidential/values.py",
        "filter(pk=self.pk, **{self.column.name: self.value})",
        "filter(pk=self.pk)",
        ("confidential/tests/test_rotation.py", "-k", "stays_theirs"),
    ),
)


def copied(folder):
    """The tree as git knows it, with what is not committed yet."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)


def killers(mutant, folder):
    """The tests that fail with the fault in the code; none where nobody notices."""
    place = folder / mutant.file
    sound = place.read_text()
    if sound.count(mutant.old) != 1:
        raise SystemExit(f"{mutant.file} does not have once:\n{mutant.old}")
    place.write_text(sound.replace(mutant.old, mutant.new))
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *mutant.tests],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        place.write_text(sound)
    if done.returncode not in (0, 1):
        raise SystemExit(
            f"{mutant.name}: the tests could not be run\n{done.stdout[-3000:]}{done.stderr[-2000:]}"
        )
    return re.findall(r"^(?:FAILED|ERROR) \S+?::(\S+)", done.stdout, re.MULTILINE)


def main():
    """All, or those whose name has one of the words."""
    words = sys.argv[1:]
    database = (
        "PostgreSQL" if os.environ.get("DATABASE_URL", "").startswith("postgres") else "SQLite"
    )
    chosen = [one for one in MUTANTS if not words or any(word in one.name for word in words)]
    survivors = 0
    with tempfile.TemporaryDirectory(prefix="lantai-mutants-") as name:
        copied(Path(name))
        for mutant in chosen:
            if mutant.only not in ("", database):
                print(f"-  {mutant.name}: only on {mutant.only}")
                continue
            found = killers(mutant, Path(name))
            survivors += not found
            print(
                f"{'ok' if found else 'NO'} {mutant.name}: {', '.join(found) or 'no test fails'}",
                flush=True,
            )
    if survivors:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
