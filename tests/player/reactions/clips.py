"""Reaction clips cut from real and rendered faces, with onsets that are known."""

from __future__ import annotations

from pathlib import Path

import cv2

from player.camera.sources import DEMO_CLIP
from recognizer.capture import VideoSource

DEMO_SMILE_SECONDS = 4.6
"""In the demo clip a smile begins here and is complete 0.4 s later; see player/assets/demo.yaml."""


def cut(source: Path, out: Path, start: float, end: float, every: int = 1, scale: float = 1.0) -> Path:
    """The part of a video from `start` to `end`, with only every n-th frame."""
    with VideoSource(source) as video:
        rate = (video.frames_per_second or 25.0) / every
        writer: cv2.VideoWriter | None = None
        for frame in video:
            if frame.time_seconds >= end:
                break
            if frame.time_seconds < start or frame.index % every:
                continue
            image = cv2.resize(frame.image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
            if writer is None:
                size = (image.shape[1], image.shape[0])
                writer = cv2.VideoWriter(str(out), cv2.VideoWriter.fourcc(*"mp4v"), rate, size)
            writer.write(image)
    assert writer is not None
    writer.release()
    return out


def demo_smile(out: Path, before: float = 1.4, after: float = 1.6) -> Path:
    """The rendered face: `before` seconds neutral, then its smile, at 12.5 frames per second."""
    return cut(DEMO_CLIP, out, DEMO_SMILE_SECONDS - before, DEMO_SMILE_SECONDS + after, every=2, scale=0.5)


def there_and_back(source: Path, out: Path, seconds: float, rest: float, scale: float = 1.0) -> Path:
    """A short clip made long: its first picture for `rest` seconds, then forwards and backwards again and again."""
    with VideoSource(source) as video:
        rate = video.frames_per_second or 25.0
        images = [cv2.resize(frame.image, None, fx=scale, fy=scale) for frame in video]
    turn = [*range(len(images)), *range(len(images) - 1, 0, -1)]
    still, moving = round(rest * rate), round(seconds * rate)
    size = (images[0].shape[1], images[0].shape[0])
    writer = cv2.VideoWriter(str(out), cv2.VideoWriter.fourcc(*"mp4v"), rate, size)
    for index in range(still + moving):
        writer.write(images[0] if index < still else images[turn[(index - still) % len(turn)]])
    writer.release()
    return out


RENDERED_STARTS = {"r1": 1.4, "r2": 1.0, "r3": 1.8, "r4": 5.4, "r5": 7.6}
"""Where in the demo clip each rendered viewer's recording begins: smile, or smile and surprise, or surprise first."""


def write_recordings(folder: Path, films: dict[str, tuple[Path, str]], real: dict[str, Path]) -> Path:
    """Recordings of eight viewers for each film (name to file and category), and the list of them.

    Five are rendered, three are real faces. The first two seconds of each lie before the film.
    """
    lines = ["video,viewer,film,category,offset_seconds,group"]
    for number, (film, (file, category)) in enumerate(films.items()):
        with VideoSource(file) as video:
            seconds = (video.frame_count or 0) / (video.frames_per_second or 25.0) + 0.3
        for viewer, start in RENDERED_STARTS.items():
            begin = start + 0.6 * number
            video_file = cut(DEMO_CLIP, folder / f"{film}-{viewer}.mp4", begin, begin + 2 + seconds, 2, 0.5)
            lines.append(f"{video_file.name},{viewer},{file},{category},2,rendered")
        for viewer, clip in real.items():
            video_file = there_and_back(clip, folder / f"{film}-{viewer}.mp4", seconds, 2 - 0.3 * number, 0.6)
            lines.append(f"{video_file.name},{viewer},{file},{category},2,real")
    (folder / "recordings.csv").write_text("\n".join(lines) + "\n")
    return folder / "recordings.csv"
