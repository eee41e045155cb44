"""The view How it works: each step from picture to track with its present numbers, and what is stored."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from pygame import Rect, Surface

from player.messages.view_state import ViewState
from player.messages.words import POLICY_HINTS, emotion_word, mood_words
from player.ui import panels
from player.ui.page_layout import Card, cards
from player.ui.patches import DrawContext, Patch
from player.ui.plane import PlanePanel
from player.ui.player_page import chart_step
from player.ui.preview import PreviewPanel
from player.ui.theme import ACCENT, FAINT, MUTED, TEXT, emotion_colour
from player.ui.widgets import control_patches, draw_slider

TITLES = (
    "1  Find your face",
    "2  Read it",
    "3  Steady it",
    "4  Place it",
    "5  Answer it",
    "6  Choose a track",
    "How fast",
    "You",
    "What is remembered",
)
WORDS = (
    "478 points and 52 facial actions are found in each picture. Pictures are never kept and never leave this machine.",
    "A small network gives seven probabilities. They are calibrated: of what it is 80 % sure of, about 80 % is right.",
    "Your resting face is taken off, the rest is smoothed; another emotion must lead clearly before the mood changes.",
    "The probabilities become a point: unpleasant to pleasant, calm to active (Russell and Mehrabian 1977).",
    "A policy turns your mood into the mood that the music should have. Dots lead from you to where it aims.",
    "Every track has a place on the same plane, estimated from its sound. The one that fits best comes next.",
    "From the moment a picture is taken to the moment when its mood is known.",
    "Ten seconds of your resting face keep a stern look from counting as a mood.",
    "All of it stays in one file on this machine. Take it with you, or have it forgotten.",
)
_Draw: TypeAlias = Callable[[Surface], None]


class WorksPage:
    """Makes the patches of nine cards: six steps, the speed, the listener, and the memory."""

    def __init__(self) -> None:
        self._preview, self._plane = PreviewPanel(), PlanePanel()

    def ground(self, surface: Surface, context: DrawContext) -> None:
        """The cards with what does not change."""
        layout, type_ = context.layout, context.type_
        line = type_.height_of(12)
        for card, title, words in zip(cards(layout), TITLES, WORDS, strict=True):
            panels.panel_ground(surface, card.panel, layout)
            type_.draw(surface, title, card.title, 13, TEXT, bold=True)
            for index, text in enumerate(
                type_.wrap(words, card.words.width, 12, max(3, card.words.height // line))
            ):
                row = Rect(card.words.left, card.words.top + index * line, card.words.width, line)
                type_.draw(surface, text, row, 12, MUTED)

    def patches(self, context: DrawContext) -> list[Patch]:
        """The live part of each card, and the buttons."""
        view, all_cards = context.view, cards(context.layout)
        mood = None if view.mood is None else (view.mood.emotion, view.mood.probabilities)
        track = view.playing.track if view.playing is not None else None
        number = view.preview.frame_index if view.preview is not None else None
        moods = tuple(each.mood for each in view.queue)
        place = (mood and view.mood and view.mood.affect, view.target, view.path, view.goal, moods, track)
        live: tuple[tuple[object, _Draw], ...] = (
            ((number, view.camera, view.faces, view.calibration), self._face(context, all_cards[0])),
            (mood, _bars(context, all_cards[1])),
            ((mood, len(view.history)), _steadied(context, all_cards[2])),
            ((chart_step(view), place), self._plane_of(context, all_cards[3])),
            ((view.policy, view.target, view.mood and view.mood.affect), _policy(context, all_cards[4])),
            (track, _choice(context, all_cards[5])),
            (_speed_words(view), _speed(context, all_cards[6])),
            ((view.people, view.calibration), _you(context, all_cards[7])),
            (view.memory, _memory(context, all_cards[8])),
        )
        found = [
            Patch(f"card {index}", card.live, key, draw)
            for index, (card, (key, draw)) in enumerate(zip(all_cards, live, strict=True))
        ]
        return [*found, *control_patches(context, context.controls)]

    def _face(self, context: DrawContext, card: Card) -> _Draw:
        return lambda surface: self._preview.draw(
            surface, card.live, context.layout, context.view, context.type_
        )

    def _plane_of(self, context: DrawContext, card: Card) -> _Draw:
        view = context.view
        track = view.playing.track if view.playing is not None else None

        def draw(surface: Surface) -> None:
            step = chart_step(view)
            self._plane.draw(
                surface, card.live, context.layout, view, context.input_state, track, step, context.type_
            )

        return draw


def _bars(context: DrawContext, card: Card) -> _Draw:
    return lambda surface: panels.draw_bars(
        surface, card.live, context.layout, context.view.mood, context.type_
    )


def _lines(
    context: DrawContext, card: Card, lines: tuple[tuple[str, int, tuple[int, int, int]], ...]
) -> _Draw:
    """Lines of text from the top of a card's live part: words, size and colour of each."""

    def draw(surface: Surface) -> None:
        top = card.live.top
        for words, size, colour in lines:
            height = context.type_.height_of(size)
            for text in context.type_.wrap(words, card.live.width, size, 4):
                if top + height <= card.live.bottom:
                    row = Rect(card.live.left, top, card.live.width, height)
                    context.type_.draw(surface, text, row, size, colour, bold=size > 14)
                top += height
            top += context.layout.px(4)

    return draw


def _steadied(context: DrawContext, card: Card) -> _Draw:
    mood = context.view.mood
    emotion = mood.emotion if mood is not None else None
    sure = panels.mood_aside(mood) if mood is not None else "Nobody is in view"
    word = emotion_word(emotion) if mood is not None else "No face"
    words = sure or "No emotion leads clearly enough"
    return _lines(context, card, ((word, 24, emotion_colour(emotion)), (words, 13, MUTED)))


def _policy(context: DrawContext, card: Card) -> _Draw:
    view = context.view
    name, _, words = POLICY_HINTS.get(view.policy, "").partition(": ")
    aim = "" if view.target is None else _coordinates("aims at", view.target.valence, view.target.arousal)
    seen = (
        "" if view.mood is None else _coordinates("you", view.mood.affect.valence, view.mood.affect.arousal)
    )
    numbers = "   ".join(part for part in (seen, aim) if part)
    return _lines(context, card, ((name, 20, ACCENT), (words, 13, TEXT), (numbers, 12, FAINT)))


def _coordinates(name: str, valence: float, arousal: float) -> str:
    return f"{name} {valence:+.2f} {arousal:+.2f}"


def _choice(context: DrawContext, card: Card) -> _Draw:
    if context.view.playing is None:
        return _lines(context, card, (("Nothing plays yet", 13, MUTED),))
    track = context.view.playing.track
    return _lines(context, card, ((track.title, 17, TEXT), (track.artist, 12, MUTED), (track.why, 13, TEXT)))


def _speed_words(view: ViewState) -> tuple[str, str]:
    late = "…" if view.latency_seconds is None else f"{view.latency_seconds * 1000:.0f} ms"
    rate = (
        "no pictures" if view.frames_per_second is None else f"{view.frames_per_second:.0f} pictures a second"
    )
    return late, f"{rate}, {mood_words(view).lower()}" if view.frames_per_second is not None else rate


def _speed(context: DrawContext, card: Card) -> _Draw:
    late, rate = _speed_words(context.view)
    return _lines(context, card, ((late, 26, TEXT), (rate, 13, MUTED)))


def _you(context: DrawContext, card: Card) -> _Draw:
    """Who is known by name, or how far the capture is."""
    calibration, people = context.view.calibration, context.view.people
    if calibration is None:
        known = ", ".join(f"{each.name} (here)" if each.in_view else each.name for each in people)
        return _lines(
            context, card, ((f"Known: {known}" if known else "Nobody is kept by name yet", 13, TEXT),)
        )
    words = _lines(context, card, ((calibration.words, 13, TEXT),))

    def draw(surface: Surface) -> None:
        words(surface)
        bar = Rect(
            card.live.left, card.live.top + context.layout.px(40), card.live.width, context.layout.px(6)
        )
        draw_slider(surface, bar, calibration.progress, ACCENT)

    return draw


def _memory(context: DrawContext, card: Card) -> _Draw:
    memory = context.view.memory
    words = (
        f"{memory.plays} plays, {memory.verdicts} likes, skips and the like,"
        f" {memory.corrections} corrected moods, {memory.people} kept faces"
    )
    return _lines(context, card, ((words, 13, TEXT),))
