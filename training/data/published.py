"""Published sets of faces as they come: one table of what their names, numbers and label files mean."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

Codes = Mapping[str, str]
"""What a set calls an emotion, and which it is; what is none of the seven stands there too, to be left out by name."""


def _numbered(emotions: str, start: int = 0) -> Codes:
    return {str(number): emotion for number, emotion in enumerate(emotions.split(), start)}


NUMBERS: Mapping[str, Codes] = {
    "affectnet": _numbered("neutral happy sad surprise fear disgust angry contempt"),
    "ck+": _numbered("neutral angry contempt disgust fear happy sad surprise"),
    "expw": _numbered("angry disgust fear happy sad surprise neutral"),
    "fer2013": _numbered("angry disgust fear happy sad surprise neutral"),
    "raf-db": _numbered("surprise fear disgust happy sad angry neutral", start=1),
}
"""Published numberings; `data.classes` may be one of these names."""


@dataclass(frozen=True, slots=True)
class NamedFiles:
    """A set whose files' names say all. pattern: of a name without its ending; its groups are emotion, and where the
    name tells them subject and category.
    """

    name: str
    example: str
    pattern: re.Pattern[str]
    emotions: Codes
    videos: bool = False


@dataclass(frozen=True, slots=True)
class LabelList:
    """A set with a list of labels. files: where the list may lie in the folder. columns: of a list without a header,
    parted by spaces; empty for a csv, whose own columns `renamed` gives the names that are meant here.

    Meant are image, label, split, and left, top, right, bottom (or width, height) of the face. places: where a picture
    may lie, with the row's cells, {stem} and {ending}; the first that is there counts. A row without a split has that
    of the list's or the picture's name.
    """

    name: str
    files: tuple[str, ...]
    emotions: Codes
    places: tuple[str, ...]
    columns: tuple[str, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LabelFiles:
    """A set with a file for each label.

    folders: pairs of where the label files and the pictures may lie; below both are the same folders, of which the
    first, where there is one, is the person. label_files: the glob of the label files; their names without `mark` are
    the pictures'. neutral_first: the first picture of a labelled sequence shows the person neutral.
    """

    name: str
    folders: tuple[tuple[str, str], ...]
    label_files: str
    mark: str
    emotions: Codes
    neutral_first: bool = False


_TWO_LETTERS = {"AN": "angry", "DI": "disgust", "HA": "happy", "NE": "neutral", "SA": "sad", "SU": "surprise"}
_THREE_LETTERS = {
    "ANG": "angry",
    "DIS": "disgust",
    "FEA": "fear",
    "HAP": "happy",
    "NEU": "neutral",
    "SAD": "sad",
}
_RAVDESS = ["neutral", "calm", "happy", "sad", "angry", "fear", "disgust", "surprise"]

NAMED_FILES = (
    NamedFiles(
        "KDEF",
        "AF01ANS.JPG",
        re.compile(r"[AB](?P<subject>[FM]\d\d)(?P<emotion>AF|AN|DI|HA|NE|SA|SU)(?P<category>FL|HL|S|HR|FR)"),
        {**_TWO_LETTERS, "AF": "fear"},
    ),
    NamedFiles(
        "JAFFE",
        "KA.AN1.39.tiff",
        re.compile(r"(?P<subject>[A-Z]{2})\.(?P<emotion>AN|DI|FE|HA|NE|SA|SU)\d+\.\d+"),
        {**_TWO_LETTERS, "FE": "fear"},
    ),
    NamedFiles(
        "CREMA-D",
        "1001_DFA_ANG_XX.flv",
        re.compile(r"(?P<subject>\d{4})_[A-Z]{3}_(?P<emotion>ANG|DIS|FEA|HAP|NEU|SAD)_(?:LO|MD|HI|XX?)"),
        _THREE_LETTERS,
        videos=True,
    ),
    NamedFiles(
        "RAVDESS",
        "01-01-05-01-01-01-01.mp4",
        re.compile(r"0[12]-0[12]-(?P<emotion>0[1-8])-0[12]-0[12]-0[12]-(?P<subject>\d\d)"),
        {f"{number:02}": emotion for number, emotion in enumerate(_RAVDESS, start=1)},
        videos=True,
    ),
)

_AFFECTNET = {**NUMBERS["affectnet"], "8": "none", "9": "uncertain", "10": "no face"}

LABEL_LISTS = (
    LabelList(
        "RAF-DB",
        (
            "EmoLabel/list_patition_label.txt",
            "basic/EmoLabel/list_patition_label.txt",
            "list_patition_label.txt",
        ),
        NUMBERS["raf-db"],
        (
            "Image/aligned/{stem}_aligned{ending}",
            "basic/Image/aligned/{stem}_aligned{ending}",
            "Image/original/{image}",
            "basic/Image/original/{image}",
            "aligned/{stem}_aligned{ending}",
            "{image}",
        ),
        columns=("image", "label"),
    ),
    LabelList(
        "RAF-DB csv",
        ("train_labels.csv", "test_labels.csv"),
        NUMBERS["raf-db"],
        ("DATASET/{split}/{label}/{image}", "{split}/{label}/{image}", "{split}/{image}", "{image}"),
    ),
    LabelList(
        "AffectNet csv",
        ("training.csv", "validation.csv"),
        _AFFECTNET,
        ("Manually_Annotated_Images/{image}", "images/{image}", "{image}"),
        renamed={
            "subdirectory_filepath": "image",
            "expression": "label",
            "face_x": "left",
            "face_y": "top",
            "face_width": "width",
            "face_height": "height",
        },
    ),
    LabelList(
        "ExpW",
        ("label.lst", "label/label.lst"),
        NUMBERS["expw"],
        ("origin/{image}", "image/origin/{image}", "{image}"),
        columns=("image", "face", "top", "left", "right", "bottom", "confidence", "label"),
    ),
    LabelList(
        "Hugging Face image folder",
        ("metadata.csv", "train/metadata.csv", "validation/metadata.csv", "test/metadata.csv"),
        {},
        ("{folder}/{image}", "{image}"),
        renamed={"file_name": "image", "emotion": "label"},
    ),
)

LABEL_FILES = (
    LabelFiles(
        "CK+",
        (
            ("Emotion", "cohn-kanade-images"),
            ("Emotion_labels/Emotion", "extended-cohn-kanade-images/cohn-kanade-images"),
        ),
        "*/*/*_emotion.txt",
        "_emotion",
        NUMBERS["ck+"],
        neutral_first=True,
    ),
    LabelFiles(
        "AffectNet",
        tuple((f"{split}_set/annotations", f"{split}_set/images") for split in ("train", "val")),
        "*_exp.npy",
        "_exp",
        _AFFECTNET,
    ),
)

OFFERED: Codes = {
    **dict.fromkeys(["mad", "furious", "annoyed", "irritated", "rage", "frustrated", "upset"], "angry"),
    **dict.fromkeys(["disgusting", "revolted", "yuck", "repulsed"], "disgust"),
    **dict.fromkeys(["afraid", "anxious", "terrified", "frightened", "worried", "nervous", "panic"], "fear"),
    **dict.fromkeys(
        ["cheerful", "joyful", "smile", "smiling", "glad", "amused", "delighted", "laughing"], "happy"
    ),
    **dict.fromkeys(["gloomy", "unhappy", "depressed", "crying", "melancholy", "sorrow", "grief"], "sad"),
    **dict.fromkeys(["astonished", "amazed", "shocked", "startled"], "surprise"),
    **dict.fromkeys(["normal", "relaxed", "blank", "serious", "plain", "no emotion", "natural"], "neutral"),
}
"""Words that may mean one of the seven: offered in a message, never taken for it."""
