"""The header and the panels of the player: each draws its part of the ViewState into its rectangle."""

from __future__ import annotations

from pygame import Rect, Surface

from player.messages.view_state import CameraLight, MoodView, PlayingView, TrackView, ViewState
from player.messages.words import LIGHT_WORDS, emotion_word
from player.ui import shapes
from player.ui.controls import QUEUE_ROW_PX
from player.ui.cover import draw_cover
from player.ui.layout import Layout, PlayingAreas, panel_body, panel_title_area, playing_areas, rows_within
from player.ui.text import Typeface
from player.ui.theme import (
    ACCENT,
    BACKGROUND,
    BAD,
    FAINT,
    GOOD,
    LINE,
    MUTED,
    PANEL,
    RAISED,
    TEXT,
    Colour,
    affect_colour,
    emotion_colour,
    mix,
)
from player.ui.widgets import draw_slider
from recognizer.affect import EMOTIONS
from recognizer.words import clock

LIGHT_COLOURS: dict[CameraLight, Colour] = {
    CameraLight.STARTING: ACCENT,
    CameraLight.ON: GOOD,
    CameraLight.CLIP: ACCENT,
    CameraLight.LOST: BAD,
    CameraLight.OFF: FAINT,
}


def panel_ground(surface: Surface, panel: Rect, layout: Layout) -> None:
    """The plain ground of a panel."""
    surface.blit(shapes.rounded(*panel.size, layout.px(12), PANEL, mix(PANEL, LINE, 0.6)), panel)


def panel_title(
    surface: Surface, panel: Rect, layout: Layout, type_: Typeface, title: str, aside: str = ""
) -> None:
    """A panel's name at its left, a short remark at its right."""
    row, padding = panel_title_area(panel, layout), layout.px(14)
    place = type_.draw(surface, title, row, 12, MUTED, bold=True)
    rest = Rect(place.right + padding, row.top, row.right - place.right - padding, row.height)
    type_.draw(surface, aside, rest, 11, FAINT, align="right")


def draw_name(surface: Surface, layout: Layout, type_: Typeface) -> None:
    """The program's mark and name, at the left of the header."""
    mark = shapes.icon("smile", layout.px(24), ACCENT)
    place = mark.get_rect(midleft=layout.header.midleft)
    surface.blit(mark, place)
    type_.draw(surface, "Sonrisa", layout.header.move(place.width + layout.px(8), 0), 18, TEXT, bold=True)


def draw_notice(surface: Surface, area: Rect, hint: str, notice: str, type_: Typeface) -> None:
    """A hint about what is pointed at, or else the latest notice."""
    type_.draw(surface, hint or notice, area, 12, TEXT if hint else MUTED, align="right")


def draw_camera_light(
    surface: Surface, area: Rect, layout: Layout, light: CameraLight, type_: Typeface
) -> None:
    """What the camera does, with a lamp that is lit while anything is seen; at the right of its area."""
    word, colour, diameter = LIGHT_WORDS[light], LIGHT_COLOURS[light], layout.px(10)
    pill = Rect(0, area.top, type_.width_of(word, 12, bold=True) + diameter + layout.px(30), area.height)
    pill.right = area.right
    lit = light is not CameraLight.OFF
    ground = mix(BACKGROUND, colour, 0.16) if lit else PANEL
    surface.blit(shapes.rounded(*pill.size, pill.height // 2, ground, mix(ground, colour, 0.45)), pill)
    lamp = shapes.disc(diameter, colour) if lit else shapes.ring(diameter, max(1, diameter // 6), colour)
    surface.blit(lamp, lamp.get_rect(midleft=(pill.left + layout.px(11), pill.centery)))
    words = pill.inflate(-layout.px(22), 0)
    type_.draw(surface, word, words, 12, TEXT if lit else MUTED, bold=True, align="right")


def draw_mood(surface: Surface, body: Rect, layout: Layout, mood: MoodView | None, type_: Typeface) -> None:
    """The mood in one word and the seven probabilities behind it."""
    word_area = Rect(body.left, body.top, body.width, layout.px(40))
    emotion = mood.emotion if mood is not None else None
    word = emotion_word(emotion) if mood is not None else "No face"
    type_.draw(surface, word, word_area, 28, emotion_colour(emotion), bold=True)
    top = word_area.bottom + layout.px(8)
    draw_bars(
        surface, Rect(body.left, top, body.width, body.bottom - top - layout.px(4)), layout, mood, type_
    )


def draw_bars(surface: Surface, area: Rect, layout: Layout, mood: MoodView | None, type_: Typeface) -> None:
    """The seven probabilities, one below the other; the steadied emotion stands out."""
    values = mood.probabilities if mood is not None else (0.0,) * len(EMOTIONS)
    step = area.height / len(EMOTIONS)
    for i, (label, value) in enumerate(zip(EMOTIONS, values, strict=True)):
        row = Rect(area.left, round(area.top + i * step), area.width, round(step))
        colour = emotion_colour(label) if mood is not None else mix(PANEL, emotion_colour(label), 0.35)
        strong = mood is not None and label is mood.emotion
        _draw_bar(surface, layout, row, label, value, colour, strong, type_)


def mood_aside(mood: MoodView | None) -> str:
    """How sure the mood is, in words."""
    return f"{mood.confidence:.0%} sure" if mood is not None and mood.emotion else ""


def _draw_bar(
    surface: Surface,
    layout: Layout,
    row: Rect,
    label: str,
    value: float,
    colour: Colour,
    strong: bool,
    type_: Typeface,
) -> None:
    label_width, number_width = type_.width_of("surprise", 12) + layout.px(10), type_.width_of("100 %", 11)
    name = Rect(row.left, row.top, label_width, row.height)
    type_.draw(surface, label, name, 12, TEXT if strong else MUTED)
    height = layout.px(8)
    bar = Rect(name.right, row.centery - height // 2, row.width - label_width - number_width, height)
    draw_slider(surface, bar, value, colour)
    number = Rect(row.right - number_width, row.top, number_width, row.height)
    type_.draw(surface, f"{value:.0%}", number, 11, TEXT if strong else FAINT, align="right")


def draw_playing(surface: Surface, layout: Layout, playing: PlayingView | None, type_: Typeface) -> None:
    """What sounds now and why it was chosen; progress, stars and volume are patches of their own."""
    if playing is None:
        body = panel_body(layout.playing, layout)
        type_.draw(surface, "Looking through the music…", body, 14, MUTED, align="centre")
        return
    areas = playing_areas(layout)
    draw_cover(surface, areas.cover, layout, playing.track, playing.cover)
    _draw_title(surface, layout, playing.track, areas.words, type_)
    _draw_why(surface, layout, playing.track.why, areas.why, type_)


def _draw_title(surface: Surface, layout: Layout, track: TrackView, words: Rect, type_: Typeface) -> None:
    line = layout.px(26)
    title = type_.wrap(track.title, words.width, 19, 2, bold=True)
    top = words.centery - (line * len(title) + layout.px(22)) // 2
    for i, text in enumerate(title):
        type_.draw(surface, text, Rect(words.left, top + i * line, words.width, line), 19, TEXT, bold=True)
    below = Rect(words.left, top + line * len(title), words.width, layout.px(22))
    type_.draw(surface, track.artist, below, 13, MUTED)


def draw_progress(
    surface: Surface, areas: PlayingAreas, layout: Layout, playing: PlayingView, type_: Typeface
) -> None:
    """How far the track is; a click goes there."""
    duration, position = playing.track.duration_seconds, playing.position_seconds
    share = position / duration if duration > 0 else 0.0
    draw_slider(surface, areas.progress, share, MUTED if playing.paused else ACCENT)
    type_.draw(surface, clock(position), areas.times, 11, FAINT)
    type_.draw(surface, "paused" if playing.paused else "", areas.times, 11, MUTED, align="centre")
    type_.draw(surface, clock(duration), areas.times, 11, FAINT, align="right")


def draw_volume(surface: Surface, layout: Layout, view: ViewState, type_: Typeface) -> None:
    """What makes the sound, and how loud."""
    bar = playing_areas(layout).volume
    draw_slider(surface, bar, view.volume, MUTED, layout.px(12))
    title = panel_title_area(layout.playing, layout)
    left = title.left + layout.px(84)
    words = Rect(left, title.top, bar.left - layout.px(12) - left, title.height)
    type_.draw(surface, view.sound, words, 11, FAINT, align="right")


def _draw_why(surface: Surface, layout: Layout, why: str, area: Rect, type_: Typeface) -> None:
    heading, line = type_.height_of(12), type_.height_of(14)
    room = (area.height - heading) // line
    if room < 1:
        return
    left = area.left + layout.px(13)
    words = type_.wrap(why, area.right - left, 14, min(4, room))
    edge = Rect(area.left, area.top, layout.px(3), heading + line * len(words) + layout.px(2))
    surface.blit(shapes.rounded(*edge.size, edge.width // 2, ACCENT), edge)
    title = Rect(left, area.top, area.right - left, heading)
    type_.draw(surface, "Why this one", title, 12, MUTED, bold=True)
    for i, text in enumerate(words):
        row = Rect(left, area.top + heading + layout.px(2) + i * line, area.right - left, line)
        type_.draw(surface, text, row, 14, TEXT)


def draw_queue(
    surface: Surface, layout: Layout, queue: tuple[TrackView, ...], type_: Typeface, hovered: Rect | None
) -> None:
    """What would come next if the mood stays as it is; a click plays it."""
    body = panel_body(layout.queue, layout)
    for track, row in zip(queue, rows_within(body, layout.px(QUEUE_ROW_PX), len(queue)), strict=False):
        if row == hovered:
            wide = row.inflate(layout.px(12), -layout.px(2))
            surface.blit(shapes.rounded(*wide.size, layout.px(8), RAISED), wide)
        _draw_queued(surface, layout, track, row, type_)


def _draw_queued(surface: Surface, layout: Layout, track: TrackView, row: Rect, type_: Typeface) -> None:
    dot = shapes.disc(layout.px(10), affect_colour(track.mood))
    surface.blit(dot, dot.get_rect(midleft=row.midleft))
    left, time_width = row.left + layout.px(22), type_.width_of("00:00", 11)
    width = row.right - left - time_width - layout.px(8)
    half = row.height // 2
    type_.draw(surface, track.title, Rect(left, row.top + layout.px(2), width, half), 13, TEXT)
    type_.draw(surface, track.why, Rect(left, row.top + half - layout.px(3), width, half), 11, FAINT)
    time_area = Rect(row.right - time_width, row.top, time_width, row.height)
    type_.draw(surface, clock(track.duration_seconds), time_area, 11, FAINT, align="right")
