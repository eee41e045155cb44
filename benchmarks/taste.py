"""`python -m benchmarks.taste`: does learning what a listener keeps choose better than their mood alone?

Replay on simulated histories (benchmarks.listeners): at each event ten tracks were to be had, and the history holds
one of them, drawn evenly. A policy is asked for its choice among the ten; only where it names the track that played is
it told what came of it, and only these playings count. With evenly drawn histories this estimates what the policy
would have earned live without bias (Li, Chu, Langford and Wang 2011, "Unbiased offline evaluation of
contextual-bandit-based news article recommendation algorithms", WSDM). The interval is a bootstrap over listeners,
each of them compared with themselves. Tracks that were disliked outright are left alone by every policy.

With `--library FILE` a recorded history is looked at too. The player chose there, not chance, so nothing can be
replayed; each playing is instead predicted from all before it, and the area under the ROC curve says how well those
that were kept are told from those that were left.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from benchmarks.listeners import Event, evenings, library, liking
from benchmarks.report import emit, show
from player.errors import LibraryError
from player.music.choice.features import Context
from player.music.choice.feedback import Feedback, FeedbackKind, Listen, listens
from player.music.choice.history import HistoryStore
from player.music.choice.listener_model import ListenerModel
from player.music.choice.preference import PreferenceSample
from player.music.choice.response import Response
from player.music.choice.track_matrix import TrackMatrix
from player.music.library.library import Library
from recognizer.affect import Affect
from recognizer.errors import SonrisaError
from training.evaluation.bootstrap import interval, resamples, single_units

POOL = 10
TRACKS = 200
RELEARN_EVERY = 5
"""After this many playings what is known is learned anew; the player does so after each."""
STAGES = {"first 50": slice(0, 50), "51 to 200": slice(50, 200), "after 200": slice(200, None)}
"""Playings of which the policy was told, in order."""
LEAST_RECORDED = 20
RECORDED_ROUNDS = 200

Draw = Callable[[ListenerModel, int], PreferenceSample]
POLICIES: dict[str, tuple[bool, Draw]] = {
    "mood only": (False, lambda model, _: model.expected),
    "learned, nothing tried": (True, lambda model, _: model.expected),
    "learned, Thompson draws": (True, lambda model, told: model.preference.drawn((0, told))),
}
"""Whether a policy learns, and which taste it chooses by after being told of so many playings."""
BASE, SHIPPED = "mood only", "learned, Thompson draws"


@dataclass(slots=True)
class Chooser:
    """A policy at work: chooses, is told of playings, and learns from them."""

    matrix: TrackMatrix
    learn: bool
    draw: Draw
    told: int = 0
    _acts: list[Feedback] = field(default_factory=list)
    _heard: dict[int, float] = field(default_factory=dict)
    _model: ListenerModel | None = None

    def scores(self, context: Context) -> NDArray[np.float64]:
        """How much speaks for each track of the matrix; dislikes weigh as in the player."""
        if self._model is None:
            now = self._acts[-1].at_seconds if self._acts else 0.0
            self._model = ListenerModel.of(self.matrix, self._acts, (), now, learn=self.learn)
        taste = self.draw(self._model, self.told)
        (found,) = self._model.costs(context, self._heard, taste, recency=False)
        return -found

    def tell(self, acts: Sequence[Feedback]) -> None:
        """What came of a playing that this policy would have chosen too."""
        self._acts.extend(acts)
        self._heard |= {act.track_id: 0.0 for act in acts}
        self.told += 1
        if self.told % RELEARN_EVERY == 0:
            self._model = None


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.taste", description=__doc__)
    parser.add_argument("--listeners", type=int, default=24, help="how many are simulated (default: 24)")
    parser.add_argument("--events", type=int, default=5000, help="of each listener (default: 5000)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--library", type=Path, help="a library.db with a recorded history")
    options = parser.parse_args(argv)
    try:
        result = {"simulated": simulated(options.listeners, options.events, options.seed)}
        if options.library is not None:
            result["recorded"] = recorded(options.library)
        emit(result)
    except SonrisaError as error:
        print(f"benchmarks.taste: {error}", file=sys.stderr)
        return error.exit_code
    return 0


def simulated(listeners: int, events: int, seed: int) -> dict[str, Any]:
    """Every policy on every listener's history, and how much more the learning ones earn."""
    earned: dict[str, list[list[bool]]] = {name: [] for name in POLICIES}
    for number in range(listeners):
        random = np.random.default_rng((seed, number))
        matrix, styles = library(random, TRACKS)
        history = list(evenings(random, matrix, styles, liking(random, TRACKS), events, POOL))
        for name, (learn, draw) in POLICIES.items():
            earned[name].append(replay(history, Chooser(matrix, learn, draw)))
    kept = {name: _kept_shares(earned[name]) for name in POLICIES}
    gains = {name: _gain(kept[name], kept[BASE]) for name in POLICIES if name != BASE}
    rows = [
        (name, *(f"{100 * _mean(kept[name][stage]):.1f} %" for stage in ("all", *STAGES)))
        for name in POLICIES
    ]
    show("Share of tracks that were kept", ("policy", "all", *STAGES), rows)
    return {
        "listeners": listeners,
        "playings_counted": round(float(np.mean([len(each) for each in earned[SHIPPED]])), 1),
        "kept_share": {
            name: {stage: round(_mean(values), 4) for stage, values in kept[name].items()}
            for name in POLICIES
        },
        "gain_over_mood_only": gains,
    }


def replay(history: Sequence[Event], chooser: Chooser) -> list[bool]:
    """Whether the track was kept, for each event at which the policy chose what had played."""
    outcomes = []
    for event in history:
        scores = chooser.scores(event.context)[event.pool]
        if int(event.pool[np.argmax(scores)]) == event.logged:
            chooser.tell(event.acts)
            outcomes.append(event.acts[-1].kind is FeedbackKind.FINISH)
    return outcomes


def _kept_shares(outcomes: Sequence[Sequence[bool]]) -> dict[str, list[float]]:
    """For all playings and for each stage: the share of kept tracks of every listener, NaN without any."""
    stages = {"all": slice(None), **STAGES}
    return {
        name: [float(np.mean(each[stage])) if each[stage] else float("nan") for each in outcomes]
        for name, stage in stages.items()
    }


def _mean(shares: Sequence[float]) -> float:
    known = [share for share in shares if not math.isnan(share)]
    return sum(known) / len(known) if known else math.nan


def _gain(kept: dict[str, list[float]], base: dict[str, list[float]]) -> dict[str, Any]:
    """How much larger the kept share is, as the mean over listeners with its 95 % interval.

    A stage that no listener reached is left out.
    """
    found = {}
    for stage, values in kept.items():
        differences = np.array(values) - np.array(base[stage])
        differences = differences[~np.isnan(differences)]
        if not len(differences):
            continue
        draws = np.concatenate(list(resamples(single_units(len(differences))))) @ differences
        low, high = interval(draws / len(differences)) or (float("nan"), float("nan"))
        found[stage] = {
            "mean": round(float(differences.mean()), 4),
            "low": round(low, 4),
            "high": round(high, 4),
        }
    return found


def recorded(path: Path) -> dict[str, Any]:
    """How well kept and left playings of a recorded history are told apart before they happened.

    Raises LibraryError where there is none, or one that is too short to say anything.
    """
    if not path.is_file():
        raise LibraryError(f"{path}: there is no such library; name a library.db after --library")
    with Library(path) as kept:
        store = HistoryStore(kept.database)
        matrix, acts, responses = TrackMatrix.of(kept.tracks()), store.feedback(), store.responses()
    told = [each for each in listens(acts) if each.reward is not None and each.track_id in matrix.rows]
    truth = np.array([(each.reward or 0.0) > 0 for each in told])
    if len(truth) < LEAST_RECORDED or truth.all() or not truth.any():
        raise LibraryError(
            f"{path}: tells of too few tracks that were kept and skipped; listen on, and try again"
        )
    by_mood, by_taste = (foretold(told, matrix, acts, responses, learn) for learn in (False, True))
    areas = np.array(
        [
            [roc_auc_score(truth, scores, sample_weight=drawn) for scores in (by_mood, by_taste)]
            for block in resamples(single_units(len(truth)), rounds=RECORDED_ROUNDS)
            for drawn in block
            if 0 < drawn @ truth < drawn.sum()
        ]
    )
    mood, taste = (float(roc_auc_score(truth, scores)) for scores in (by_mood, by_taste))
    low, high = interval(areas[:, 1] - areas[:, 0]) or (float("nan"), float("nan"))
    show("Foretelling a recorded history", ("scores", "ROC area"), [("mood only", mood), ("learned", taste)])
    return {
        "playings": len(truth),
        "kept_share": round(float(truth.mean()), 4),
        "roc_area": {"mood only": round(mood, 4), "learned": round(taste, 4)},
        "gain": {"mean": round(taste - mood, 4), "low": round(low, 4), "high": round(high, 4)},
    }


def foretold(
    told: Sequence[Listen],
    matrix: TrackMatrix,
    acts: Sequence[Feedback],
    responses: Sequence[Response],
    learn: bool,
) -> NDArray[np.float64]:
    """The score of each playing, from nothing but what had happened before it began; [playings]."""
    scores = np.zeros(len(told))
    model: ListenerModel | None = None
    heard: set[int] = set()
    for number, each in enumerate(told):
        if model is None or number % RELEARN_EVERY == 0:
            before = [act for act in acts if act.at_seconds < each.at_seconds]
            felt = [response for response in responses if response.at_seconds < each.at_seconds]
            model = ListenerModel.of(matrix, before, felt, each.at_seconds, learn=learn)
        wanted = each.wanted or each.listener or Affect(0.0, 0.0)
        context = Context(wanted, each.listener, each.hour)
        (costs,) = model.costs(context, dict.fromkeys(heard, 0.0), model.expected, recency=False)
        heard.add(each.track_id)
        scores[number] = -costs[matrix.rows[each.track_id]]
    return scores


if __name__ == "__main__":
    sys.exit(main())
