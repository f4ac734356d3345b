"""Acts killed (-9) in their middle: nothing half done, nothing acknowledged lost, no litter after
the sweep.
"""


def crash_drills(portal, report):
    """25 publications, 15 uploads, imports and exports, each killed at a random moment
    (crashing.py).
    """
    told = portal.script("crashing.py", 25, 15)
    target = "0 half, 0 acknowledged lost, 0 orphans after the sweep"
    for key, name in (
        ("20a", "publish"),
        ("20b", "upload"),
        ("20c", "import"),
        ("20d", "export and backup"),
    ):
        found = told[name]
        result = (
            f"{found['half']} half, {found['lost']} acknowledged lost of {found['acknowledged']}, "
            f"{found['left']} files left behind, {found['orphans']} after the sweep"
        )
        met = (
            not found["half"] and not found["lost"] and not found["orphans"] and found["killed"] > 0
        )
        met = met and (
            found["acknowledged"] > 0 or key == "20d"
        )  # where nothing was done, nothing can be lost
        report.add(
            key,
            portal.database.name,
            f"kill -9 in mid-{name}, {found['killed']} times",
            target,
            result,
            met,
        )
    faults = told["faults"]
    report.add(
        "20e",
        portal.database.name,
        "register, tree, attachments after all of it",
        "no fault",
        f"{len(faults)} faults {faults[:2] or ''}",
        not faults,
    )
