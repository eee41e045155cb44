"""What became of a filtered set, on disk: its pictures and its own tables stay as they are.

kept.csv is a table like faces.csv with rectified labels, rejected.csv names the filter and the reason of every face
that went, filter.json holds the counts and what was measured, rejected.png shows examples.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from recognizer.affect import EMOTIONS
from recognizer.whole_file import replacing
from training.synthesis.filters.faces import MeantFace
from training.synthesis.filters.filter_recipe import FILTERS, FilterRecipe
from training.synthesis.filters.verdict import Reject, Relabel
from training.synthesis.sheets import COLUMNS, draw_sheet
from training.synthesis.tables import write_csv

KEPT, REJECTED, SUMMARY, SHEET = "kept.csv", "rejected.csv", "filter.json", "rejected.png"


@dataclass(frozen=True, slots=True)
class Count:
    """How many faces a filter judged, and what became of them."""

    judged: int
    rejected: int
    relabelled: int


@dataclass(frozen=True, slots=True)
class FilterResult:
    """What became of each face, by its row in faces.csv.

    counts: by filter, in the order in which they judged. kept: labels ("" for none). rejected: the filter's name and
    what it said. measured: figures that came up on the way, as values that JSON knows.
    """

    counts: Mapping[str, Count]
    kept: Mapping[int, str]
    rejected: Mapping[int, tuple[str, Reject]]
    relabelled: Mapping[int, Relabel]
    measured: Mapping[str, Any]

    @property
    def faces(self) -> int:
        """All faces that were judged."""
        return len(self.kept) + len(self.rejected)

    @property
    def kept_by_label(self) -> dict[str, int]:
        """How many faces of each emotion are left."""
        counts = Counter(self.kept.values())
        return {str(emotion): counts[emotion] for emotion in EMOTIONS}

    def table(self) -> str:
        """Counts by filter and by emotion, for a terminal."""
        lines = [f"{'filter':<10}{'judged':>9}{'rejected':>10}{'share':>8}{'relabelled':>12}"]
        for name, count in self.counts.items():
            share = f"{count.rejected / count.judged:.1%}"
            lines.append(
                f"{name:<10}{count.judged:>9,}{count.rejected:>10,}{share:>8}{count.relabelled:>12,}"
            )
        by_label = ", ".join(f"{label} {count:,}" for label, count in self.kept_by_label.items())
        return "\n".join([*lines, f"kept {len(self.kept):,} of {self.faces:,}: {by_label}"])


def kept_by(name: str) -> str:
    """The table of what one filter alone keeps, such as kept_labels.csv."""
    return f"kept_{name}.csv"


def write_kept(path: Path, faces: Sequence[MeantFace], result: FilterResult) -> None:
    """A table like faces.csv of the kept ones, with rectified labels; raises OSError as files do."""
    kept = (
        {**faces[row].cells, "label": label, "meant": faces[row].cells["label"]}
        for row, label in result.kept.items()
    )
    write_csv(path, [*faces[0].cells, "meant"], kept)


def write_result(
    folder: Path,
    recipe: FilterRecipe,
    faces: Sequence[MeantFace],
    result: FilterResult,
    alone: Mapping[str, FilterResult],
) -> None:
    """Write all four files into `folder`, and a table of what each filter in `alone` keeps by itself.

    Such tables of other filters go: an earlier run wrote them, and they would seem to belong to this one.
    Raises OSError as files do.
    """
    write_kept(folder / KEPT, faces, result)
    rejected = (
        {**faces[row].cells, "filter": name, "reason": said.reason}
        for row, (name, said) in sorted(result.rejected.items())
    )
    write_csv(folder / REJECTED, [*faces[0].cells, "filter", "reason"], rejected)
    with replacing(folder / SUMMARY) as file:
        file.write(json.dumps(_summary(recipe, result), indent=1).encode())
    if rows := examples(faces, result):
        sheet = draw_sheet(rows, folder)
        with replacing(folder / SHEET) as file:
            sheet.save(file, format="PNG")
    for name in FILTERS:
        if name in alone:
            write_kept(folder / kept_by(name), faces, alone[name])
        else:
            (folder / kept_by(name)).unlink(missing_ok=True)


def _summary(recipe: FilterRecipe, result: FilterResult) -> dict[str, Any]:
    return {
        "recipe": recipe.model_dump(mode="json"),
        "faces": result.faces,
        "kept": result.kept_by_label,
        "filters": {name: asdict(count) for name, count in result.counts.items()},
        "kinds": dict(Counter(said.kind for _, said in result.rejected.values())),
        "measured": dict(result.measured),
    }


def examples(faces: Sequence[MeantFace], result: FilterResult) -> dict[str, tuple[str, ...]]:
    """The paths of the first few faces of each kind of rejection, of those with another label, and of those kept."""
    rows: defaultdict[str, list[int]] = defaultdict(list)
    for row, (_, said) in sorted(result.rejected.items()):
        rows[said.kind].append(row)
    for row in sorted(result.relabelled.keys() & result.kept.keys()):
        rows[f"now {result.relabelled[row].emotion}"].append(row)
    rows["kept"] = [row for row in sorted(result.kept) if row not in result.relabelled]
    return {kind: tuple(faces[row].path for row in some[:COLUMNS]) for kind, some in rows.items() if some}
