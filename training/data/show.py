"""A summary in the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from recognizer.affect import Emotion
from recognizer.palette import EMOTION_RGB
from training.data.advice import lost
from training.data.summary import QUANTILES, Summary

BAR_WIDTH = 18
CATEGORIES_SHOWN = 12
REASONS_SHOWN = 10
SOFT = "grey58"

MEANINGS = {
    "sharpness": "low: blurred",
    "entropy": "bits; low: plain, 8: noise",
    "brightness": "mean grey, 0 to 255",
}


def show(summary: Summary, sentences: Sequence[str], console: Console) -> None:
    """Print a summary and its advice."""
    console.print(_head(summary))
    if lost(summary):
        console.print(Text(lost(summary), "bold red"))
    for title, part in _parts(summary, sentences):
        console.print()
        console.print(Text(title, "bold"))
        console.print(Padding(part, (0, 0, 0, 2), expand=False))
    console.print()


def _head(summary: Summary) -> Text:
    facts = [summary.reader, f"{summary.faces:,} faces"]
    if summary.subjects:
        facts.append(f"{summary.subjects:,} subjects")
    facts.append(f"{summary.skipped_count:,} skipped")
    return Text.assemble("\n", (summary.path, "bold"), "\n", (" · ".join(facts), SOFT))


def _parts(summary: Summary, sentences: Sequence[str]) -> Iterable[tuple[str, RenderableType]]:
    if lost(summary):
        yield f"Skipped: {summary.skipped_count:,}", _skipped(summary)
    yield "Faces", _faces(summary)
    if summary.categories:
        yield "Categories", _categories(summary)
    yield "Images", Group(_sizes(summary), _measures(summary))
    yield "Copies", _copies(summary)
    if summary.skipped and not lost(summary):
        yield f"Skipped: {summary.skipped_count:,}", _skipped(summary)
    if sentences:
        yield "Good to know", _advice(sentences)


def _table(*columns: str) -> Table:
    """The first column is of words, the others are of numbers."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style=SOFT, show_edge=False)
    for index, column in enumerate(columns):
        table.add_column(column, justify="right" if index else "left", no_wrap=True)
    return table


def _faces(summary: Summary) -> Table:
    table = _table("", *summary.splits, "all", "share")
    table.add_column("")
    most = max(sum(row.values()) for row in summary.counts.values())
    for emotion, row in summary.counts.items():
        total = sum(row.values())
        colour = "rgb({},{},{})".format(*EMOTION_RGB[Emotion(emotion)])
        table.add_row(
            Text.assemble(("● ", colour), emotion),
            *(_count(row[split]) for split in summary.splits),
            _count(total),
            f"{total / summary.faces:.1%}" if total else Text("·", SOFT),
            Text(_bar(total / most), colour),
        )
    table.add_section()
    totals = [f"{summary.of_split(split):,}" for split in summary.splits]
    table.add_row("all", *totals, f"{summary.faces:,}", "", "", style="bold")
    return table


def _bar(share: float) -> str:
    """A line of up to BAR_WIDTH characters, to half a character; never empty for what is there."""
    halves = max(round(2 * BAR_WIDTH * share), 1 if share else 0)
    return "━" * (halves // 2) + "╸" * (halves % 2)


def _categories(summary: Summary) -> Table:
    table = _table("", "faces")
    for name, count in list(summary.categories.items())[:CATEGORIES_SHOWN]:
        table.add_row(Text(name), f"{count:,}")
    if len(summary.categories) > CATEGORIES_SHOWN:
        table.add_row(Text(f"and {len(summary.categories) - CATEGORIES_SHOWN:,} more", SOFT), "")
    return table


def _sizes(summary: Summary) -> Text:
    sizes = [f"{size} ({count:,})" for size, count in summary.size_counts.items()]
    more = summary.sizes - len(sizes)
    line = ", ".join(sizes) + (f", and {more:,} other sizes" if more else "")
    return Text.assemble(
        (f"width x height as found, in pixels; kept at {summary.size_px}\n", SOFT), line, "\n"
    )


def _measures(summary: Summary) -> Table:
    table = _table("", "least", *(_quantile(q) for q in QUANTILES), "most")
    table.add_column("", style=SOFT)
    for name, spread in summary.spreads.items():
        digits = 1 if name == "entropy" else 0
        values = (spread.least, *spread.quantiles, spread.most)
        table.add_row(name, *(f"{value:,.{digits}f}" for value in values), MEANINGS[name])
    return table


def _quantile(share: float) -> str:
    return "median" if share == 0.5 else f"{share:.0%}"


def _copies(summary: Summary) -> RenderableType:
    table = _table("images of", *(f"again in {split}" for split in summary.splits))
    table.show_header = len(summary.splits) > 1
    for split in summary.splits:
        cells = [_copy_cell(summary, split, other) for other in summary.splits]
        table.add_row(split, *cells)
    kinds = "identical" if summary.near is None else "identical / near copies (correlation above 0.9)"
    lines: list[RenderableType] = [Text(kinds, SOFT), table]
    if summary.mislabelled:
        lines.append(Text(f"\n{summary.mislabelled:,} images exist with different labels", "yellow"))
    return Group(*lines)


def _copy_cell(summary: Summary, split: str, other: str) -> Text:
    identical = summary.identical[split][other]
    if summary.near is None:
        return _count(identical)
    near = summary.near[split][other]
    style = "yellow" if near and split != other else "" if near else SOFT
    return Text(f"{identical:,} / {near:,}", style)


def _skipped(summary: Summary) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(justify="right", style="yellow")
    table.add_column()
    for reason in summary.skipped[:REASONS_SHOWN]:
        names = ", ".join(reason.names) + (", …" if reason.count > len(reason.names) else "")
        table.add_row(f"{reason.count:,}", Text.assemble(reason.reason, (f"\n{names}", SOFT)))
    if len(summary.skipped) > REASONS_SHOWN:
        table.add_row(
            "", Text(f"and {len(summary.skipped) - REASONS_SHOWN} other reasons; --json has all", SOFT)
        )
    return table


def _advice(sentences: Sequence[str]) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    for sentence in sentences:
        table.add_row(Text("→", "cyan"), Text(sentence))
    return table


def _count(number: int) -> Text:
    return Text(f"{number:,}") if number else Text("·", SOFT)
