"""The evening as a picture: how the listener looked, what was played for it, what happened, and memory."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from benchmarks.evening.outcome import Played
from benchmarks.evening.scenario import (
    HOUR_SECONDS,
    CameraAway,
    FolderAway,
    PersonArrives,
    PersonLeaves,
    ScenarioEvent,
)
from benchmarks.evening.view_recorder import ViewSample
from player.core.trace import read_trace
from player.replay.tracks import TrackReader
from recognizer.affect import Affect

CAUSES = ("start", "end", "mood", "policy", "skip", "dislike", "picked", "back", "broken")
LISTENER, MUSIC, AWAY = "#3b6fb6", "#d9822b", "#b0b0b0"
_BYTES_PER_MEGABYTE = 1e6
Values = NDArray[np.float64]


def moods_of_tracks(trace: Path) -> dict[str, Affect]:
    """Where each track of a trace stands on the plane, by its title, at the last reading of the library."""
    reader = TrackReader()
    moods: dict[str, Affect] = {}
    for line in read_trace(trace):
        if line.event == "music":
            moods |= {track.title: track.mood for track in reader.read(line.fields)}
    return moods


def draw(
    path: Path,
    notes: Sequence[ViewSample],
    played: Sequence[Played],
    moods: dict[str, Affect],
    happenings: Sequence[ScenarioEvent],
    memory: Sequence[tuple[float, float]],
) -> None:
    """Write the picture as PNG."""
    figure = Figure(figsize=(11, 7.5), dpi=110, layout="constrained")
    panels = figure.subplots(4, 1, sharex=True, height_ratios=(2, 2, 2.2, 1.2))
    _plane(panels[0], "valence", notes, played, moods)
    _plane(panels[1], "arousal", notes, played, moods)
    _causes(panels[2], played, happenings, notes[-1].at_seconds)
    hours, sizes = np.array(memory).T / [[HOUR_SECONDS], [_BYTES_PER_MEGABYTE]]
    panels[3].plot(hours, sizes, color="#444444", linewidth=1)
    panels[3].set(ylabel="memory (MB)", xlabel="hours of the evening", ylim=(0, 1.25 * sizes.max()))
    panels[0].legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=3, frameon=False, fontsize=8)
    for panel in panels:
        panel.spines[["top", "right"]].set_visible(False)
    figure.savefig(path)


def _plane(
    panel: Axes,
    coordinate: str,
    notes: Sequence[ViewSample],
    played: Sequence[Played],
    moods: dict[str, Affect],
) -> None:
    """One coordinate of the listener over time, and of every track where it begins."""
    hours = np.array([each.at_seconds for each in notes]) / HOUR_SECONDS
    seen = [getattr(each, coordinate) for each in notes]
    looks = np.array([np.nan if value is None else value for value in seen], np.float64)
    panel.plot(hours, looks, color=LISTENER, linewidth=0.8, label="the listener")
    known = [each for each in played if each.title in moods]
    for colour, label, shown in (
        (AWAY, "a track", [each for each in known if each.cause != "mood"]),
        (MUSIC, "a track that answers a change of mood", [each for each in known if each.cause == "mood"]),
    ):
        starts = [each.at_seconds / HOUR_SECONDS for each in shown]
        places = [getattr(moods[each.title], coordinate) for each in shown]
        panel.plot(starts, places, ".", color=colour, markersize=4, label=label)
    panel.set(ylabel=coordinate, ylim=(-1.1, 1.1), yticks=(-1, 0, 1))


def _causes(panel: Axes, played: Sequence[Played], happenings: Sequence[ScenarioEvent], until: float) -> None:
    """Every track as a tick in the row of its cause, and below them the spells in which something was missing."""
    rows = [*CAUSES, "nobody there", "no camera", "no network folder"]
    for row, cause in enumerate(CAUSES):
        moments = [each.at_seconds / HOUR_SECONDS for each in played if each.cause == cause]
        panel.eventplot([moments], lineoffsets=[row], linelengths=0.8, linewidths=1.0, colors=[MUSIC])
    listener = next(each.what.person for each in happenings if isinstance(each.what, PersonArrives))
    spells = (
        _spells(happenings, PersonLeaves(listener), PersonArrives(listener), until),
        _spells(happenings, CameraAway(True), CameraAway(False), until),
        _spells(happenings, FolderAway(True), FolderAway(False), until),
    )
    for row, several in enumerate(spells, start=len(CAUSES)):
        panel.broken_barh(several, (row - 0.4, 0.8), color=AWAY)
    panel.set(yticks=range(len(rows)), yticklabels=rows, ylim=(len(rows) - 0.4, -0.6))
    panel.tick_params(axis="y", labelsize=8)


def _spells(
    happenings: Sequence[ScenarioEvent], begins: object, ends: object, until: float
) -> list[tuple[float, float]]:
    """(start, length) in hours of everything between the two happenings."""
    found, since = [], None
    for each in happenings:
        if each.what == begins and since is None:
            since = each.at_seconds
        elif each.what == ends and since is not None:
            found.append((since / HOUR_SECONDS, (each.at_seconds - since) / HOUR_SECONDS))
            since = None
    if since is not None:
        found.append((since / HOUR_SECONDS, (until - since) / HOUR_SECONDS))
    return found
