"""Every figure of the page again, from the exported csv files alone, by pandas and scipy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from player.__main__ import main
from player.reactions.study import Study
from recognizer.affect import Emotion
from tests.player.reactions.people import NEUTRAL, SMILING, Look, Script, film, keep, viewing

pandas = pytest.importorskip("pandas", reason="needs the package pandas")
Frame = Any

EMOTIONAL = ["angry", "disgust", "fear", "happy", "sad", "surprise"]
SHARES = ["attraction", "any_emotion", "attention", *EMOTIONAL]
COMPARED = ["attraction", "any_emotion", "valence", "smile", "peak_end", "attention"]


def script(random: np.random.Generator, longer: float) -> Script:
    """A viewer who smiles, startles and looks away at times of their own."""
    smile, startle, look = random.uniform(1, 9), random.uniform(0, 10), random.uniform(2, 18)
    length, strength = random.uniform(0.5, 2.5) + longer, random.uniform(0.3, 0.9)
    shapes = (("mouthSmileLeft", strength), ("mouthSmileRight", strength))

    def at(seconds: float) -> Look:
        if look <= seconds < look + 1.5:
            return Look(yaw_degrees=50)
        if smile <= seconds < smile + length:
            return Look(SMILING.emotion, shapes=shapes)
        return Look(Emotion.SURPRISE, share=0.8) if startle <= seconds < startle + 0.9 else NEUTRAL

    return at


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three films: two are seen by the same nine viewers of two groups, the third by seven others. And its report."""
    folder, random = tmp_path_factory.mktemp("recomputed"), np.random.default_rng(4)
    study = Study.open_or_create(folder / "study")
    for name in ("coffee", "tea", "water"):
        study.add_film(film(name))
    for number in range(11):
        group = "young" if number < 6 else "old"
        for name, longer in (("coffee", 0.0), ("tea", 2.0)):
            keep(study, viewing(f"v{number}", name, group=group), script(random, longer), rate=15)
    for number in range(7):
        keep(study, viewing(f"w{number}", "water"), script(random, 0.5), rate=15)
    keep(study, viewing("cut off", "tea"), script(random, 0), rate=15, seconds=4)
    study.tell_about("v0", {"market": "DE"})
    rows = [f"v{number};{'DE' if number % 3 else 'FR'};{1 + number % 4}" for number in range(11)]
    (folder / "answers.csv").write_text("viewer;market;weight\n" + "\n".join(rows) + "\n")
    assert main(["study", str(study.path), "--viewers", str(folder / "answers.csv")]) == 0
    (folder / "brand.csv").write_text("film,name,start_seconds,end_seconds\ntea,logo,5,8\ncoffee,logo,4,6\n")
    markers = ["--markers", str(folder / "brand.csv")]
    assert main(["data", str(study.path), "--out", str(folder), *markers]) == 0
    assert main(["report", str(study.path), "--out", str(folder / "report.html"), *markers]) == 0
    chosen = ["--where", "market=DE,FR", "--split", "market", "--split", "group", "--weights", "weight"]
    assert main(["data", str(study.path), "--out", str(folder / "weighed"), *markers, *chosen]) == 0
    return folder


TEXTS = ("group", "film", "split", "excluded_because")


def table(out: Path, name: str) -> Frame:
    kinds = dict.fromkeys(TEXTS, str)
    frame = pandas.read_csv(out / f"{name}.csv", keep_default_na=False, na_values=[""], dtype=kinds)
    return frame.fillna({text: "" for text in TEXTS if text in frame})


@pytest.fixture(scope="module")
def viewers(out: Path) -> Frame:
    """One row for each viewing that is used, one column for each figure."""
    rows = table(out, "viewings")
    return (
        rows[rows.used]
        .pivot(index=["film", "viewer", "group"], columns="measure", values="value")
        .reset_index()
    )


@pytest.fixture(scope="module")
def traces(out: Path) -> Frame:
    """One row for each viewing and bin, one column for each trace."""
    rows = table(out, "traces")
    keys = ["film", "viewer", "seconds"]
    return rows[rows.used].pivot(index=keys, columns="measure", values="value").reset_index()


def test_each_viewers_figures_come_from_the_traces(traces: Frame, viewers: Frame) -> None:
    for (name, viewer), bins in traces.groupby(["film", "viewer"]):
        told = viewers[(viewers.film == name) & (viewers.viewer == viewer)].iloc[0]
        second = np.floor(bins.seconds)
        by_second = bins.drop(columns=["film", "viewer", "seconds"]).groupby(second).mean()
        shown = by_second[EMOTIONAL] >= 0.5
        looks = by_second.attention >= 0.5
        strongest = by_second.valence.abs().idxmax()
        again = {
            "attraction": (looks & shown.any(axis=1))[:8].mean(),
            "any_emotion": shown.any(axis=1).mean(),
            **{each: shown[each].mean() for each in EMOTIONAL},
            **{
                each: bins[each].mean()
                for each in ("valence", "arousal", "smile", "brow_furrow", "attention")
            },
            "expressiveness": bins.expressiveness.mean(),
            "smile_peak": by_second.smile.max(),
            "peak_end": (by_second.valence[strongest] + bins.valence[-15:].mean()) / 2,
        }
        assert {each: told[each] for each in again} == pytest.approx(again, abs=2e-6)


def wilson(values: np.ndarray, low: float, high: float) -> tuple[float, float]:
    """By the formulas of Korn and Graubard (1998) and Dean and Pagano (2015), written down anew."""
    n, share = len(values), (values.mean() - low) / (high - low)
    error = values.var(ddof=1) / n / (high - low) ** 2
    z, t = stats.norm.ppf(0.975), stats.t.ppf(0.975, n - 1)
    m = max(n, share * (1 - share) / error * (z / t) ** 2) if error > 0 else n
    textbook_centre = (share * m + z * z / 2) / (m + z * z)
    half = z * np.sqrt(m) / (m + z * z) * np.sqrt(share * (1 - share) + z * z / 4 / m)
    return low + (high - low) * (textbook_centre - half), low + (high - low) * (textbook_centre + half)


def test_means_and_intervals_come_from_the_viewers(out: Path, viewers: Frame) -> None:
    figures = table(out, "figures")
    for row in figures.itertuples():
        chosen = viewers[(viewers.film == row.film) & ((row.group == "") | (viewers.group == row.group))]
        values = chosen[row.figure].dropna().to_numpy()
        assert row.viewers == len(values)
        if not len(values) or (row.group and row.figure.startswith("synchrony")):
            continue  # in a group each is held against the others of that group
        assert row.mean == pytest.approx(values.mean(), abs=2e-6)
        if (
            row.figure.startswith("synchrony")
            or len(values) < 5
            or (row.figure == "blinks" and values.std() == 0)
        ):
            assert np.isnan(row.low)
        elif row.figure == "blinks":
            expected = stats.ttest_1samp(values, 0).confidence_interval()
            assert (row.low, row.high) == pytest.approx(tuple(expected), abs=2e-5)
        else:
            low = -1 if row.figure in ("valence", "arousal", "peak_end") else 0
            assert (row.low, row.high) == pytest.approx(wilson(values, low, 1), abs=2e-5)


def holm(ps: np.ndarray) -> np.ndarray:
    order = np.argsort(ps)
    steps = np.maximum.accumulate(np.minimum(1, ps[order] * np.arange(len(ps), 0, -1)))
    return steps[np.argsort(order)]


def test_differences_come_from_the_viewers(out: Path, viewers: Frame) -> None:
    rows = table(out, "comparisons")
    assert set(rows.design) == {"within", "between"}
    for row in rows.itertuples():
        if row.film:
            one, other = (
                viewers[(viewers.film == row.film) & (viewers.group == each)]
                for each in (row.first, row.second)
            )
        else:
            one, other = (viewers[viewers.film == each] for each in (row.first, row.second))
        if row.design == "within":
            both = one.merge(other, on="viewer")
            first, second = both[f"{row.figure}_x"], both[f"{row.figure}_y"]
            spread = (first - second).std()
            freedom, test = len(both) - 1, stats.ttest_rel(first, second)
        else:
            first, second = one[row.figure], other[row.figure]
            freedom, test = len(first) + len(second) - 2, stats.ttest_ind(first, second, equal_var=False)
            spread = np.sqrt(((len(first) - 1) * first.var() + (len(second) - 1) * second.var()) / freedom)
        assert (row.viewers_first, row.viewers_second) == (len(first), len(second))
        assert row.difference == pytest.approx(first.mean() - second.mean(), abs=3e-6)
        expected = (
            *test.confidence_interval(),
            test.pvalue,
            (first.mean() - second.mean()) / spread * (1 - 3 / (4 * freedom - 1)),
        )
        assert (row.low, row.high, row.p, row.effect) == pytest.approx(expected, abs=2e-4)
    assert rows.adjusted.to_numpy() == pytest.approx(holm(rows.p.to_numpy()), abs=1e-4)
    assert (rows.beyond_chance == (rows.adjusted <= 0.05)).all()
    assert rows.beyond_chance.any()


def test_synchrony_and_lifts_come_from_the_traces(out: Path, traces: Frame) -> None:
    for row in table(out, "synchrony").itertuples():
        wide = traces[traces.film == row.film].pivot(index="seconds", columns="viewer", values=row.trace)
        flat = wide.std(ddof=0) < 1e-3
        wide = wide.loc[:, ~flat]
        wide = (wide - wide.mean()).fillna(0)
        each = [np.corrcoef(wide[name], wide.drop(columns=name).sum(axis=1))[0, 1] for name in wide]
        assert row.viewers == len(each)
        if each:
            assert row.mean == pytest.approx(np.mean(each), abs=2e-5)
    lifts = table(out, "lifts")
    for row in lifts.itertuples():
        own = traces[traces.film == row.film]
        during = own[(own.seconds > row.start_seconds) & (own.seconds < row.end_seconds)]
        before = own[(own.seconds > row.start_seconds - 3) & (own.seconds < row.start_seconds)]
        apart = during.groupby("viewer")[row.trace].mean() - before.groupby("viewer")[row.trace].mean()
        assert row.lift == pytest.approx(apart.mean(), abs=2e-6)
        if apart.std() > 1e-6:
            assert row.p == pytest.approx(stats.ttest_1samp(apart, 0).pvalue, abs=1e-4)
    known = lifts.p.notna()
    assert lifts.adjusted[known].to_numpy() == pytest.approx(holm(lifts.p[known].to_numpy()), abs=1e-4)


def test_the_page_shows_what_is_exported(out: Path) -> None:
    page = (out / "report.html").read_text(encoding="utf-8")
    for row in table(out, "figures").itertuples():
        if row.group == "" and row.figure in SHARES and not np.isnan(row.low):
            assert (
                f"{100 * row.mean:.0f} %<small>{100 * row.low:.0f} to {100 * row.high:.0f} %</small>" in page
            )
    for row in table(out, "comparisons").itertuples():
        assert f"{abs(row.difference):.2f}" in page or f"{100 * abs(row.difference):.0f} %" in page
    asked = table(out, "comparisons").p.notna().sum()
    assert f"Beyond chance, of {asked} comparisons" in page
    assert "the same 11 viewers" in page
    assert "11 and 7 other viewers" in page
    assert "n = 11, low base" in page


def test_shares_and_bands_come_from_the_traces(out: Path, traces: Frame) -> None:
    seconds = traces.assign(second=np.floor(traces.seconds)).groupby(["film", "viewer", "second"])
    shown = (seconds[EMOTIONAL].mean() >= 0.5).reset_index()
    told = table(out, "shares")
    told = told[told.split == ""].set_index(["film", "seconds", "emotion"])
    for (name, second), rows in shown.groupby(["film", "second"]):
        for emotion in EMOTIONAL:
            row = told.loc[(name, second, emotion)]
            assert row.viewers == len(rows)
            assert row.share == pytest.approx(rows[emotion].mean(), abs=2e-6)
            assert (row.low, row.high) == pytest.approx(wilson(rows[emotion].to_numpy(float), 0, 1), abs=2e-5)
    bands = table(out, "bands")
    wide = bands[bands.split == ""].pivot(index=["film", "seconds"], columns="trace", values="mean")
    again = traces.groupby(["film", "seconds"])[list(wide.columns)].mean()
    assert np.allclose(wide.to_numpy(), again.to_numpy(), atol=2e-6)


def test_groups_and_weights_come_from_the_attributes(out: Path) -> None:
    folder = out / "weighed"
    rows, stated = table(folder, "viewings"), table(folder, "attributes")
    about = stated[stated.film == ""].pivot(index="viewer", columns="attribute", values="value")
    wide = rows[rows.used].pivot(index=["film", "viewer", "weight"], columns="measure", values="value")
    viewers = wide.reset_index().merge(about.market.reset_index(), on="viewer")
    weight = about.weight.astype(float)
    assert (viewers.weight == viewers.viewer.map(weight)).all()
    assert set(viewers.film) == {"coffee", "tea"}  # nobody who saw water has a market
    figures = table(folder, "figures")
    assert set(figures.split) == {"", "market", "group"}
    for row in figures[figures.figure.isin(["happy", "valence", "attention"])].itertuples():
        chosen = viewers[viewers.film == row.film]
        if row.split == "market":
            chosen = chosen[chosen.market == row.group]
        elif row.split == "group":
            continue
        values = chosen[row.figure].to_numpy()
        assert row.viewers == len(values)
        if len(values):
            assert row.mean == pytest.approx(np.average(values, weights=chosen.weight), abs=2e-6)
    for row in table(folder, "comparisons").itertuples():
        if row.split == "market":
            one, other = (
                viewers[(viewers.film == row.film) & (viewers.market == each)]
                for each in (row.first, row.second)
            )
            means = [np.average(each[row.figure], weights=each.weight) for each in (one, other)]
            assert row.difference == pytest.approx(means[0] - means[1], abs=3e-6)
            errors = [variance(each[row.figure].to_numpy(), each.weight.to_numpy()) for each in (one, other)]
            freedom = sum(errors) ** 2 / sum(
                error**2 / (len(each) - 1) for error, each in zip(errors, (one, other), strict=True)
            )
            if min(len(one), len(other)) >= 5 and sum(errors) > 0:
                score = abs(means[0] - means[1]) / np.sqrt(sum(errors))
                assert row.p == pytest.approx(2 * stats.t.sf(score, freedom), abs=1e-4)


def variance(values: np.ndarray, weights: np.ndarray) -> float:
    """Of a weighted mean, by linearisation (Lumley 2010), written down anew."""
    n, mean = len(values), np.average(values, weights=weights)
    return float(n / (n - 1) * (weights**2 * (values - mean) ** 2).sum() / weights.sum() ** 2)
