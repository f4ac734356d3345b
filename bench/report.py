"""docs/benchmarks.md and its plot, from the figures in bench/results/."""

import json
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "bench/results"


def stored(part):
    """A part's last figures, or None."""
    path = RESULTS / f"{part}.json"
    return json.loads(path.read_text()) if path.exists() else None


def verdict(holds):
    """A cell."""
    return "holds" if holds else "**does not hold**"


def page_rows(part):
    """Rows of kept pages."""
    rates = part["figures"]["rates"]
    for name in ("item", "report", "category", "home"):
        ratio = rates[name] / rates[f"bare, as {name}"]
        told = f"{ratio:.2f} ({rates[name]:,} of {rates[f'bare, as {name}']:,}/s, {part['figures']['bytes'][name] / 1000:.0f} kB)"
        yield f"{name} page from the cache against bare bytes", "≥ 0.7", told, ratio >= 0.7
    for name, of in (
        ("item, gzip", "item"),
        ("item, brotli", "item"),
        ("category, 304", "category"),
    ):
        yield (
            f"{name}, against the identity page",
            "≥ 1",
            f"{rates[name] / rates[of]:.2f} ({rates[name]:,}/s)",
            rates[name] >= rates[of],
        )
    cost = 1 - rates["item"] / rates["item, not counted"]
    yield "cost of counting, of a kept page", "≤ 5 %", f"{cost:.1%}", cost <= 0.05
    if (kept := "Wagtail, wagtail-cache") in rates:
        for name, ours, theirs, goal in (
            ("item page from the cache against Wagtail with wagtail-cache", "item", kept, 3),
            (
                "item page, no cache, against Wagtail without one",
                "item, not kept",
                "Wagtail, not kept",
                8,
            ),
        ):
            ratio = rates[ours] / rates[theirs]
            yield (
                name,
                f"≥ {goal}",
                f"{ratio:.1f} ({rates[ours]:,} of {rates[theirs]:,}/s)",
                ratio >= goal,
            )
    else:
        yield "item page, no cache", "(no peer measured)", f"{rates['item, not kept']:,}/s", None


def counting_rows(part):
    """Rows of lost and doubled counts."""
    for kind, told in part["figures"].items():
        said = f"{told['lost']} lost, {told['doubled']} doubled ({told['acknowledged']:,} acknowledged, {told['counted']:,} counted, {told['killed']} workers killed)"  # noqa: E501
        yield (
            f"counts, 8 clients, kill -9, two servers, {kind}",
            "0",
            said,
            told["lost"] == told["doubled"] == 0,
        )


def publication_rows(part):
    """Rows of how soon both servers show what was published."""
    for kind, told in part["figures"].items():
        said = f"median {told['median']:.2f} s, slowest {told['slowest']:.2f} s of {told['publications']}"
        yield (
            f"publication until four workers of two servers show it, {kind}",
            "≤ 1 s",
            said,
            told["slowest"] <= 1,
        )


def memory_rows(part):
    """What a worker takes after many different pages."""
    (_, first), *_, (number, last) = part["figures"]["steps"]
    half = part["figures"]["steps"][len(part["figures"]["steps"]) // 2][1]
    said = f"{last} MB after {number:,} (at the start {first}, half-way {half})"
    yield (
        "memory of a worker after different pages",
        "≤ 250 MB, bounded",
        said,
        last <= 250 and last <= half * 1.05,
    )


def front_rows(part):
    """Rows of what a telephone gets."""
    for name, told in part["figures"].items():
        scores = " / ".join(f"{told[key]:.0f}" for key in LIGHTHOUSE)
        low = [key for key in LIGHTHOUSE if told[key] < 99]
        why = (
            f" ({'; '.join(told['faults'])}{WITHOUT_SEARCH if 'is-crawlable' in told['faults'] else ''})"
            if low
            else ""
        )
        yield (
            f"Lighthouse, telephone, {name}: {', '.join(LIGHTHOUSE)}",
            "≥ 99",
            scores + why,
            not low,
        )
        yield (
            f"first view of {name}",
            "≤ 60 kB",
            f"{told['bytes'] / 1000:.0f} kB",
            told["bytes"] <= 60_000,
        )
    shift, blocking = (
        max(told[key] for told in part["figures"].values()) for key in ("shift", "blocking scripts")
    )
    yield (
        "layout shift, scripts that block, all five",
        "0, 0",
        f"{shift:.3f}, {blocking:.0f}",
        shift == blocking == 0,
    )


def file_rows(part):
    """Rows of files; no goal is set for them."""
    told = part["figures"]
    made = ", ".join(
        f"{name} {first:.2f} s (then {then * 1000:.0f} ms)"
        for name, (first, then) in told["formats"].items()
    )
    yield "the 2009 report as a file, made and asked for again", "–", made, None
    lists = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in told["lists"].items())
    yield "the list of all items of the demonstration as a file", "–", lists, None
    yield "old pages imported as drafts", "–", f"{told['imported']} a second", None


LIGHTHOUSE = ("performance", "accessibility", "best-practices", "seo")
WITHOUT_SEARCH = ": robots.txt keeps search engines out of our result pages, on purpose"


# of the bytes of the larger page: below, a page shows less among few items, and is quicker for that
ALIKE = 0.8


def list_rows(part):
    """The worst kind of page at each size above the smallest. Kinds that show more among more items
    are told apart.
    """
    figures = part["figures"]
    for kind in ("sqlite", "postgresql"):
        sizes = sorted(int(key.split()[1]) for key in figures if key.startswith(kind))
        for size in sizes[1:]:
            small, large = (
                figures[f"{kind} {sizes[0]}"]["pages"],
                figures[f"{kind} {size}"]["pages"],
            )
            names = [name for name in small if name in large and "1,000" not in name]
            ratios = {name: large[name]["p95"] / small[name]["p95"] for name in names}
            longer = [name for name in names if small[name]["bytes"] < ALIKE * large[name]["bytes"]]
            alike = [name for name in names if name not in longer]
            within, worst = sum(ratios[name] <= 1.3 for name in alike), max(alike, key=ratios.get)
            told = f"{within} of {len(alike)} kinds; worst {worst}: {ratios[worst]:.1f}×"
            yield (
                f"p95 of pages at {size:,} against {sizes[0]:,}, {kind}",
                "≤ 1.3×",
                told,
                within == len(alike),
            )
            told = ", ".join(f"{name} {ratios[name]:.1f}×" for name in longer)
            yield (
                f"the same of pages that show more among {size:,} items, {kind}",
                "–",
                told or "none",
                None,
            )
            first, deep = small["category, all"]["p95"], large["page 1,000"]["p95"]
            yield (
                f"page 1,000 at {size:,} against the first at {sizes[0]:,}, {kind}",
                "≤ 2×",
                f"{deep / first:.1f}×",
                deep <= 2 * first,
            )


PROMISED = ("first page, rare word", "first page, common word")
QUICK = 100  # ms, the p95 of a search page that is not kept
SEARCHED_FOR = {
    "first page, rare word": "rare word with facets",
    "first page, common word": "common word, ranked, with facets",
    "first page, two words": "two words with facets",
    "first page, number": "number with facets",
}


def search_rows(part):
    """Recall, the slowest of the pages people ask for, and what size costs them."""
    figures = part["figures"]
    for key, told in figures.items():
        kind, size = key.split()
        at = f"at {int(size):,}, {kind}"
        if recall := told.get("recall"):
            said = f"{recall['found'] / recall['wanted']:.2%} of {recall['wanted']:,} ({recall['queries']} queries, {recall['complete']} listed whole or as “more”)"  # noqa: E501
            holds = recall["found"] == recall["wanted"]
            yield f"search finds what a scan of every text finds, {at}", "100 %", said, holds
        for name, label in SEARCHED_FOR.items():
            took, is_promised = told["pages"][name]["p95"], name in PROMISED
            what = f"p95 of {label}, page not kept, {at}"
            yield (
                what,
                f"≤ {QUICK} ms" if is_promised else "–",
                f"{took:.0f} ms",
                took <= QUICK if is_promised else None,
            )
    for kind in ("sqlite", "postgresql"):
        sizes = sorted(int(key.split()[1]) for key in figures if key.startswith(kind))
        for size in sizes[1:]:
            small, large = (
                figures[f"{kind} {sizes[0]}"]["pages"],
                figures[f"{kind} {size}"]["pages"],
            )
            for name, label in SEARCHED_FOR.items():
                ratio = large[name]["p95"] / small[name]["p95"]
                goal, holds = ("≤ 2×", ratio <= 2) if name in PROMISED else ("–", None)
                yield (
                    f"p95 of {label}, {size:,} against {sizes[0]:,}, {kind}",
                    goal,
                    f"{ratio:.1f}×",
                    holds,
                )


ROWS = {
    "pages": page_rows,
    "counting": counting_rows,
    "publication": publication_rows,
    "memory": memory_rows,
    "front": front_rows,
    "files": file_rows,
    "lists": list_rows,
    "searches": search_rows,
}


def details(part):
    """p50/p95 of each kind of page."""
    keys = list(part["figures"])
    lines = ["| page | " + " | ".join(keys) + " |", "| --- |" + " --- |" * len(keys)]
    for name in part["figures"][keys[0]]["pages"]:
        cells = [part["figures"][key]["pages"].get(name) for key in keys]
        lines.append(
            f"| {name} | "
            + " | ".join(f"{cell['p50']:.1f} / {cell['p95']:.1f}" if cell else "" for cell in cells)
            + " |"
        )
    return lines


def search_details(part):
    """p50/p95 of each kind of search and of each page of it; what the index costs."""
    figures = part["figures"]
    lines = ["| | " + " | ".join(figures) + " |", "| --- |" + " --- |" * len(figures)]
    for group, prefix in (("searches", "search: "), ("pages", "page: ")):
        for name in next(iter(figures.values()))[group]:
            cells = [told[group].get(name) for told in figures.values()]
            lines.append(f"| {prefix}{name} | " + " | ".join(_cell(cell) for cell in cells) + " |")
    lines.append(
        "| index built in, size | "
        + " | ".join(_built(told["index"]) for told in figures.values())
        + " |"
    )
    return lines


def _built(index):
    seconds = f"{index['seconds']:,} s, " if "seconds" in index else ""
    return f"{seconds}{index['bytes'] / 1e6:,.0f} MB"


def _cell(cell):
    if not cell:
        return ""
    queries = f" ({cell['queries']} queries)" if "queries" in cell else ""
    return f"{cell['p50']:.1f} / {cell['p95']:.1f}{queries}"


def plot(part):
    """Bars of requests a second."""
    rates = part["figures"]["rates"]
    top, lines = max(rates.values()), []
    for place, (name, rate) in enumerate(rates.items()):
        y, width = 24 + place * 26, max(1, 420 * rate / top)
        colour = "#9aa5b1" if name.startswith("bare") else "#1f5fa8"
        lines.append(
            f'<text x="150" y="{y + 13}" text-anchor="end">{name}</text><rect x="160" y="{y}" width="{width:.0f}" height="18" fill="{colour}"/>'  # noqa: E501
            f'<text x="{166 + width:.0f}" y="{y + 13}">{rate:,}</text>'
        )
    height = 34 + len(rates) * 26
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 660 {height}" font-family="sans-serif" font-size="12" fill="#1b1f24">'
        f'<rect width="660" height="{height}" fill="#fff"/><text x="160" y="16">requests a second, one process on one core</text>{"".join(lines)}</svg>\n'  # noqa: E501
    )


def in_the_way(part):
    """bench/limits.md, with what of it is measured here: why rows of pages do not hold."""
    rates = part["figures"]["rates"]
    bare = rates["bare, as item"]
    uncounted, peer = (
        rates["item, not counted"] / bare,
        bare / rates.get("Wagtail, wagtail-cache", bare / 3),
    )
    return (
        Path(__file__)
        .with_name("limits.md")
        .read_text()
        .format(uncounted=uncounted, peer=peer, share=3 / peer)
    )


UNTIL_MEASURED = {
    "publication": "publication across servers",
    "memory": "memory of a worker after many pages",
    "front": "Lighthouse",
}


def _missing():
    """Parts of which there are no figures, in words."""
    pages = stored("pages")
    if pages and "Wagtail, not kept" not in pages["figures"]["rates"]:
        yield "Wagtail beside it"
    yield from (words for name, words in UNTIL_MEASURED.items() if not stored(name))
    for name, words in (("lists", "lists"), ("searches", "searches")):
        if not any(
            key.endswith(" 1000000") for key in (stored(name) or {"figures": {}})["figures"]
        ):
            yield f"{words} at 1,000,000 items"


def write():
    """Write page and plot; the table as text."""
    lines = ["| what | goal | result | | measured on |", "| --- | --- | --- | --- | --- |"]
    machines = set()
    for name, rows in ROWS.items():
        if part := stored(name):
            machines.add(part["machine"])
            for what, goal, told, holds in rows(part):
                lines.append(
                    f"| {what} | {goal} | {told} | {'' if holds is None else verdict(holds)} | {part['measured_on']} |"
                )
    text = [
        "# Benchmarks",
        "",
        "Written by `make bench`; the figures are in `bench/results/`. Measured on: "
        + "; ".join(sorted(machines))
        + ".",
        "",
    ]
    text += [
        "Ratios come from one interleaved run and can be trusted; single figures depend on the machine.",
        "",
        *lines,
        "",
    ]
    if missing := list(_missing()):
        text += [f"Not measured yet: {', '.join(missing)}.", ""]
    if part := stored("pages"):
        text += [in_the_way(part)]
        (ROOT / "docs/images/benchmarks.svg").write_text(plot(part))
        text += ["![Requests a second of kept pages and of bare bytes](images/benchmarks.svg)", ""]
    if part := stored("lists"):
        text += ["## Making a page, by number of items (p50 / p95 in ms, nothing kept)", ""]
        text += [part["note"], ""] if "note" in part else []
        text += [*details(part), ""]
    if part := stored("searches"):
        clocks = {
            "processor": "processor time of the server's process and the database's",
            "wall": "time that passed",
        }
        clock = clocks[next(iter(part["figures"].values()))["clock"]]
        text += ["## Search, by number of items (p50 / p95 in ms, nothing kept)", ""]
        text += [
            f"Generated items with clauses of the sample documents in them, and those documents. Figures are {clock}."
        ]
        text += [""]
        text += [part["note"], ""] if "note" in part else []
        text += [*search_details(part), ""]
    (ROOT / "docs/benchmarks.md").write_text("\n".join(text))
    return "\n".join(lines)
