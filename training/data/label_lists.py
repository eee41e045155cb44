"""Sets with lists of labels: RAF-DB, AffectNet's csv, ExpW, Hugging Face's image folders with metadata."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from recognizer.text_table import Cells
from training.data.data_recipe import DataRecipe
from training.data.faces import Split
from training.data.published import LabelList
from training.data.rows import Reader, Row, Skip, UnusableRow, label_of, split_named, split_of
from training.data.tables import columns_of, read_table

Box = tuple[int, int, int, int]


class LabelListReader(Reader):
    """The folder that holds the lists, or one of the lists."""

    def __init__(self, rule: LabelList) -> None:
        self._rule = rule
        self.name = rule.name
        self.layout = f"{rule.name}'s {rule.files[0]}"

    def recognises(self, path: Path) -> bool:
        """By a list's name, and its columns where it has some."""
        return any(self._is_list(file) for file in self._lists(path))

    def table(self, path: Path) -> Path | None:
        """The first list."""
        return next(iter(self._lists(path)), None)

    def rows(self, path: Path, recipe: DataRecipe) -> Iterator[Row | Skip]:
        """List after list, in their order."""
        for file in self._lists(path):
            root = path if path.is_dir() else self._root(file)
            for item in self._cells(file):
                if isinstance(item, Skip):
                    yield item
                    continue
                name, cells = item
                try:
                    yield self._row(root, file, cells, recipe)
                except UnusableRow as error:
                    yield Skip(f"{file.name} {name} ({cells.get('image', '')})", str(error))

    def _lists(self, path: Path) -> list[Path]:
        if path.is_dir():
            return [path / name for name in self._rule.files if (path / name).is_file()]
        return [path] if path.name in {Path(name).name for name in self._rule.files} else []

    def _root(self, file: Path) -> Path:
        """The set's folder, where a list alone is named."""
        for name in self._rule.files:
            depth = len(Path(name).parts)
            if file.parts[-depth:] == Path(name).parts:
                return file.parents[depth - 1]
        return file.parent

    def _is_list(self, file: Path) -> bool:
        if self._rule.columns:
            return True
        columns = {self._rule.renamed.get(name, name) for name in columns_of(file)}
        return {"image", "label"} <= columns

    def _cells(self, file: Path) -> Iterator[tuple[str, Cells] | Skip]:
        if self._rule.columns:
            return _parted(file, self._rule.columns)
        return (
            item
            if isinstance(item, Skip)
            else (item[0], {self._rule.renamed.get(name, name): cell for name, cell in item[1].items()})
            for item in read_table(file, ())
        )

    def _row(self, root: Path, file: Path, cells: Cells, recipe: DataRecipe) -> Row:
        label, image = cells.get("label", ""), cells.get("image", "").replace("\\", "/")
        if not image:
            raise UnusableRow("no picture is named")
        split = split_of(cells.get("split", "")) or _split_in(file.relative_to(root).with_suffix(""))
        split = split or split_named(Path(image).name)
        picture = self._picture(root, file, {**cells, "image": image, "split": split.value if split else ""})
        known = self._rule.emotions.get(label, label)
        name = picture.relative_to(root).as_posix() if picture.is_relative_to(root) else image
        face = cells.get("face", "")
        return Row(
            picture=picture,
            label=label_of(known, recipe.classes),
            name=f"{name} face {face}" if face else name,
            split=split,
            subject=cells.get("subject", ""),
            category=cells.get("category", ""),
            box_px=_box(cells),
        )

    def _picture(self, root: Path, file: Path, cells: Cells) -> Path:
        image = Path(cells["image"])
        words = {"stem": image.stem, "ending": image.suffix, "folder": file.parent.relative_to(root), **cells}
        for place in self._rule.places:
            path = root / place.format(**words)
            if path.is_file():
                return path
        raise UnusableRow("no such file")


def _split_in(path: Path) -> Split | None:
    """The split that a list's name or one of its folders means."""
    return next((split for part in path.parts if (split := split_named(part))), None)


def _parted(file: Path, columns: tuple[str, ...]) -> Iterator[tuple[str, Cells] | Skip]:
    """The lines of a list whose cells are parted by spaces."""
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    for number, line in enumerate(lines, 1):
        cells = line.split()
        if len(cells) == len(columns):
            yield f"row {number}", dict(zip(columns, cells, strict=True))
        elif cells:
            yield Skip(f"{file.name} row {number}", f"{len(cells)} cells instead of {len(columns)}")


def _box(cells: Cells) -> Box | None:
    if not {"left", "top"} <= cells.keys():
        return None
    try:
        left, top = int(float(cells["left"])), int(float(cells["top"]))
        if "width" in cells:
            box = left, top, left + int(float(cells["width"])), top + int(float(cells["height"]))
        else:
            box = left, top, int(float(cells["right"])), int(float(cells["bottom"]))
    except (ValueError, KeyError, OverflowError) as error:
        raise UnusableRow("its face box is not four numbers") from error
    # Some lists say -1 or 0 where they know no box.
    return box if box[2] > box[0] and box[3] > box[1] else None
