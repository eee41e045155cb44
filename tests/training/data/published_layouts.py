"""A few faces in the layout of each published set: names, folders and lists are the set's own, the faces are drawn."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tests.training.data.layouts import write_csv, write_video
from tests.training.drawn_faces import draw

RNG = np.random.default_rng(0)


def put(folder: Path, *names: str) -> Path:
    """A drawn picture at each of the names."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(path), draw(3, RNG))
    return folder


def text(folder: Path, name: str, content: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)


def raf_db(folder: Path) -> Path:
    text(
        folder, "EmoLabel/list_patition_label.txt", "train_00001.jpg 5\ntrain_00002.jpg 4\ntest_0001.jpg 7\n"
    )
    names = ("train_00001", "train_00002", "test_0001")
    return put(folder, *(f"Image/aligned/{name}_aligned.jpg" for name in names))


def raf_db_csv(folder: Path) -> Path:
    text(folder, "train_labels.csv", "image,label\ntrain_00001_aligned.jpg,5\ntrain_00002_aligned.jpg,4\n")
    text(folder, "test_labels.csv", "image,label\ntest_0001_aligned.jpg,7\n")
    return put(
        folder,
        "DATASET/train/5/train_00001_aligned.jpg",
        "DATASET/train/4/train_00002_aligned.jpg",
        "DATASET/test/7/test_0001_aligned.jpg",
    )


def affectnet(folder: Path) -> Path:
    for name, label in {"train_set/1": 1, "train_set/2": 7, "val_set/3": 6}.items():
        place, number = name.split("/")
        put(folder, f"{place}/images/{number}.jpg")
        (folder / place / "annotations").mkdir(exist_ok=True)
        np.save(folder / place / "annotations" / f"{number}_exp.npy", np.array(str(label)))
        np.save(folder / place / "annotations" / f"{number}_val.npy", np.array("0.5"))
    return folder


def affectnet_csv(folder: Path) -> Path:
    header = "subDirectory_filePath,face_x,face_y,face_width,face_height,facial_landmarks,expression,valence,arousal\n"
    text(
        folder,
        "training.csv",
        f"{header}689/a.jpg,4,6,20,30,1;2,1,0.5,0.1\n689/b.jpg,0,0,48,48,1;2,10,-2,-2\n",
    )
    text(folder, "validation.csv", f"{header}12/c.jpg,0,0,48,48,1;2,6,-0.5,0.6\n")
    return put(folder, *(f"Manually_Annotated_Images/{name}.jpg" for name in ("689/a", "689/b", "12/c")))


def ck_plus(folder: Path) -> Path:
    for person, sequence, label in (("S005", "001", 3), ("S010", "002", 7), ("S011", "001", 2)):
        names = [f"{person}_{sequence}_{frame:08}" for frame in (1, 2, 11)]
        put(folder, *(f"cohn-kanade-images/{person}/{sequence}/{name}.png" for name in names))
        text(folder, f"Emotion/{person}/{sequence}/{names[-1]}_emotion.txt", f"   {label:.7e}\n")
    return folder


def expw(folder: Path) -> Path:
    text(
        folder,
        "label.lst",
        "angry_1.jpg 0 2 3 30 40 0.9 0\nangry_1.jpg 1 5 5 40 45 0.8 3\nhappy_2.jpg 0 0 0 48 48 0.7 6\nbroken line\n",
    )
    return put(folder, "origin/angry_1.jpg", "origin/happy_2.jpg")


def image_folder(folder: Path) -> Path:
    for split, label in (("train", "happy"), ("test", "sad")):
        text(folder, f"{split}/metadata.csv", f"file_name,label\n0001.png,{label}\n")
        put(folder, f"{split}/0001.png")
    return folder


def parquet(folder: Path) -> Path:
    names = ["angry", "disgust", "fear", "happy", "neutral", "sad", "surprise"]
    about = {
        "info": {"features": {"label": {"names": names, "_type": "ClassLabel"}, "image": {"_type": "Image"}}}
    }
    for split, labels in (("train", [3, 4]), ("test", [6])):
        images = [
            {"bytes": io.BytesIO(cv2.imencode(".png", draw(3, RNG))[1].tobytes()).getvalue(), "path": None}
            for _ in labels
        ]
        table = pa.table({"image": images, "label": labels})
        table = table.replace_schema_metadata({"huggingface": json.dumps(about)})
        (folder / "data").mkdir(exist_ok=True)
        pq.write_table(table, folder / "data" / f"{split}-00000-of-00001.parquet")
    return folder


def crema_d(folder: Path) -> Path:
    (folder / "VideoFlash").mkdir()
    write_video(folder / "VideoFlash" / "1001_DFA_ANG_XX.mp4")
    write_video(folder / "VideoFlash" / "1002_IEO_SAD_HI.mp4")
    return folder


def ravdess(folder: Path) -> Path:
    (folder / "Actor_01").mkdir()
    write_video(folder / "Actor_01" / "01-01-05-01-01-01-01.mp4")
    write_video(folder / "Actor_01" / "01-01-02-01-01-01-01.mp4")
    return folder


PUBLISHED: dict[str, Callable[[Path], Path]] = {
    "parquet": parquet,
    "RAF-DB": raf_db,
    "RAF-DB csv": raf_db_csv,
    "AffectNet csv": affectnet_csv,
    "ExpW": expw,
    "Hugging Face image folder": image_folder,
    "CK+": ck_plus,
    "AffectNet": affectnet,
    "KDEF": lambda folder: put(folder, "AF01/AF01ANS.JPG", "AF01/AF01HAHL.JPG", "BM02/BM02AFFR.JPG"),
    "JAFFE": lambda folder: put(folder, "KA.AN1.39.tiff", "KA.HA1.29.tiff", "KL.FE3.174.tiff"),
    "CREMA-D": crema_d,
    "RAVDESS": ravdess,
}
"""By the name of the reader that must recognise it."""


def write_csv_of_ones_own(folder: Path) -> Path:
    put(folder, "faces/a.png", "faces/b.png")
    return write_csv(
        folder / "export.csv",
        ["File Name", "Emotion", "Who"],
        [["faces\\a.png", "happy", "x"], ["faces/b.png", "sad", "y"]],
    )
