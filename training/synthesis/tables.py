"""The tables of a synthetic data set, made from its pictures alone: faces.csv and provenance.jsonl."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from recognizer.whole_file import replacing
from training.data.faces import Split
from training.errors import DataError
from training.synthesis.pictures import Record, read_record
from training.synthesis.request import ATTRIBUTES

FACES = "faces.csv"
PROVENANCE = "provenance.jsonl"


def write_tables(folder: Path, paths: Iterable[str]) -> None:
    """Write both tables for pictures `paths` (relative to `folder`), in their order.

    Raises:
        DataError: a picture is missing or broken.
        OSError: a table cannot be written.
    """
    units: set[int] = set()
    with replacing(folder / PROVENANCE) as file:
        for path in paths:
            record = read_record(folder / path)
            if record is None:
                raise DataError(
                    f"{folder / path}: missing or broken; run the same command again to redraw it"
                )
            units |= {int(number) for number in record["action_units"]}
            file.write((json.dumps(record) + "\n").encode())
    rows = (_row(record) for record in read_provenance(folder))
    write_csv(folder / FACES, _columns(sorted(units)), rows, missing="0")


def write_csv(
    path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, object]], missing: str = ""
) -> None:
    """Write a whole table, or none; `missing` stands where a row has no cell. Raises OSError as files do."""
    with replacing(path) as file, io.TextIOWrapper(file, encoding="utf-8", newline="") as text:
        table = csv.DictWriter(text, columns, restval=missing, lineterminator="\n")
        table.writeheader()
        table.writerows(rows)


def read_provenance(folder: Path) -> Iterator[Record]:
    """The records of a data set, one a face, in the order of faces.csv; raises DataError where there are none."""
    path = folder / PROVENANCE
    try:
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                yield json.loads(line)
    except (OSError, ValueError) as error:
        raise DataError(f"{path}: not readable; is {folder} a data set that synthesize wrote?") from error


def _columns(units: Iterable[int]) -> list[str]:
    about = ["path", "label", "split", "subject", "category"]
    return [*about, *ATTRIBUTES, "intensity", "generator", "version", "seed", *(f"au{n:02d}" for n in units)]


def _row(record: Record) -> dict[str, str | float]:
    """One line of faces.csv. Each face is a person of its own; all that one generator draws is one category."""
    request = record["request"]
    return {
        "path": record["path"],
        "label": record["label"],
        "split": Split.TRAIN.value,
        "subject": f"{record['generator']}-{record['seed']}",
        "category": record["generator"],
        **{name: request[name] for name in (*ATTRIBUTES, "intensity")},
        **{name: record[name] for name in ("generator", "version", "seed")},
        **{f"au{int(number):02d}": value for number, value in record["action_units"].items()},
    }
