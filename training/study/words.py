"""What a study's report says in sentences: verdicts, aims, and what it cannot tell."""

from __future__ import annotations

from collections.abc import Sequence

from recognizer.words import capitalised
from training.data.copies import NEAR_COPY_CORRELATION
from training.recipe_file import flat
from training.report.paired import p_text
from training.report.wording import ends, percent
from training.study.findings import ArmFindings, ComparisonFindings, Findings, SeriesFindings
from training.study.mixture import REAL
from training.study.study_recipe import (
    LEAST_SEEDS,
    ArmRecipe,
    ComparisonRecipe,
    SizeRecipe,
    StudyRecipe,
    steps_of,
)
from training.study.uncertainty import ROUNDS, Estimate

MINUS = "\N{MINUS SIGN}"

METHOD = (
    (
        "arms and seeds",
        "each arm is fitted once for each seed; the seed settles which faces are drawn, the net's first weights and"
        " every draw of the fit, and is the same for all arms",
    ),
    (
        "draws",
        "nested: with one seed an arm with fewer faces has some of those that an arm with more has, and no others",
    ),
    (
        "intervals",
        f"95 %, of the mean over the seeds. Test faces are drawn again {ROUNDS:,} times, the same draw for all arms"
        " (persons whole, where they are known). What other seeds would have given is added as Student's t with the"
        " covariance of the seeds at hand",
    ),
    (
        "differences",
        "seed by seed on the same faces. A difference is called one where its interval leaves out zero",
    ),
    (
        "McNemar",
        "the exact test on the two nets of one seed; it knows nothing of other seeds, and so is only shown",
    ),
    ("relative", "the first arm's accuracy over the second's, less one"),
    (
        "best value",
        "of the highest mean accuracy; its interval holds the values that were best in 95 % of the draws",
    ),
)


def method(study: StudyRecipe) -> list[tuple[str, str]]:
    """How the study was made, as names with what they mean."""
    unseen = (
        f"real test faces whose pixels correlate by no more than {NEAR_COPY_CORRELATION} with any real training face"
        " of the whole set"
        if study.copies_apart
        else "all real test faces, those too that resemble a training face: the same people are in both, in other"
        " recordings"
    )
    return [*METHOD, ("unseen faces", unseen)]


def tested_faces(study: StudyRecipe) -> str:
    """What the main figures are measured on."""
    return "real test faces without near copies" if study.copies_apart else "real test faces"


def points(share: float) -> str:
    """A share's difference in points with its sign, a true minus among them."""
    return f"{100 * share:+.1f}".replace("-", MINUS).replace("+0.0", "0.0").replace(f"{MINUS}0.0", "0.0")


def points_span(one: Estimate) -> str:
    """Both ends of a difference's interval in points."""
    low, high = one.interval_95 or (0.0, 0.0)
    return f"{points(low)} to {points(high)}"


def against(first: str, second: str) -> str:
    """Two arms by their titles, as a sentence begins."""
    return f"{capitalised(first)} against {second}"


def judged_on(one: ComparisonRecipe) -> str:
    """What is added to two arms' names where they are not compared on unseen real faces."""
    return ", on all test faces, synthetic ones among them" if one.judged == "drawn" else ""


def verdict(one: ComparisonFindings, first: str, second: str) -> str:
    """One plain sentence on two arms by their titles."""
    change, arms = one.accuracy, against(first, second) + judged_on(one.recipe)
    if change.value is None:
        return f"{arms}: these faces cannot tell."
    said = f"{points(change.value)} points, 95\N{NO-BREAK SPACE}% {points_span(change)}"
    if not change.is_clear:
        return f"{arms}: no difference these faces and seeds can show ({said})."
    return f"{arms}: {said}."


def aim_of(one: ComparisonFindings) -> str:
    """Whether a comparison's aim was reached, "" where it has none."""
    recipe, told = one.recipe, []
    if recipe.aim_points is not None and one.accuracy.value is not None:
        reached = 100 * one.accuracy.value >= recipe.aim_points and one.accuracy.is_clear
        told.append(
            f"The aim was {points(recipe.aim_points / 100)} points with an interval that leaves out zero:"
            f" {'reached' if reached else 'missed'}."
        )
    if recipe.aim_relative is not None and one.relative.value is not None:
        reached = one.relative.value >= recipe.aim_relative
        told.append(
            f"The aim was {whole_signed(recipe.aim_relative)} relative, found is {whole_signed(one.relative.value)}:"
            f" {'reached' if reached else 'missed'}."
        )
    return " ".join(told)


def whole_signed(share: float) -> str:
    """A share with its sign, in whole percent."""
    return f"{100 * share:+.0f}\N{NO-BREAK SPACE}%".replace("-", MINUS)


def arm_aim(one: ArmFindings) -> str:
    """Whether an arm's aim was reached, "" where it has none."""
    if one.recipe.aim is None or one.accuracy.value is None:
        return ""
    found, aim = one.accuracy.value, one.recipe.aim
    reached = "reached" if found >= aim else "missed"
    return (
        f"{capitalised(one.recipe.title)}: the aim was {percent(aim)}, found is {percent(found)}: {reached}."
    )


def best_sentence(one: SeriesFindings) -> str:
    """Where a series is best."""
    low, high = one.best_interval_95
    sure = "" if low == high else f" (95\N{NO-BREAK SPACE}% {low:g} to {high:g})"
    tried = ", ".join(f"{value:g}" for value in one.accuracy)
    series = capitalised(one.recipe.title)
    return f"{series}: best at {one.best:g} {one.recipe.quantity}{sure}, of those tried: {tried}."


def p_values(one: ComparisonFindings) -> str:
    """McNemar's p of each seed."""
    return ", ".join(map(p_text, one.mcnemar_p)) or "other faces"


def trained_on(one: ArmFindings) -> str:
    """Such as "350 real + 1,750 rendered"."""
    return " + ".join(f"{count:,} {origin}" for origin, count in one.faces.items() if count) or "nothing"


def changes_of(arm: ArmRecipe) -> str:
    """What an arm changes in the fit's recipe, such as "fit.epochs 10, augment.scale 0.18"."""
    return ", ".join(f"{key} {value}" for key, value in flat(arm.changes).items())


def interval_text(one: Estimate) -> str:
    """Both ends in percent."""
    return ends(one.interval_95) if one.interval_95 else "not known"


def limits(findings: Findings) -> list[str]:
    """What the study cannot tell: its own words, and what follows from how it was made."""
    study = findings.study
    told = list(study.limits)
    if len(study.seeds) < LEAST_SEEDS:
        told.append(
            f"{len(study.seeds)} seeds are too few to tell an effect from chance; take {LEAST_SEEDS} or more."
        )
    (size,) = study.sizes.values()
    if size.steps:
        told.append(
            f"All arms learn for {size.steps:,} steps{_other_steps(study, size)}, so that more faces are not also more"
            " steps; with few faces that are more passes over them. With other budgets the order of arms may change."
        )
    else:
        told.append("Arms learn for their recipe's epochs: more faces are also more steps.")
    if len(study.comparisons) > 1:
        chance = 1 - 0.95 ** len(study.comparisons)
        told.append(
            f"{len(study.comparisons)} comparisons at 95 % each: if nothing differed, one of them would still seem to"
            f" with a chance of up to {percent(chance)}."
        )
    if any(arm.recipe.synthetic for arm in findings.arms):
        told.append("It speaks of these synthetic faces, not of the next version of their generator.")
    told.append("It speaks of this net and this test set; another net or other faces may answer otherwise.")
    if any(arm.recipe.pooled for arm in findings.arms):
        told.append(
            "Pooled arms are tested partly on synthetic faces and on copies of training faces: their first figure is"
            " what such a protocol prints, not how well people are read."
        )
    return told


def _other_steps(study: StudyRecipe, size: SizeRecipe) -> str:
    others = [
        f"{name} for {steps_of(arm, size):,}" for name, arm in study.arms.items() if arm.steps_share != 1
    ]
    return f" ({', '.join(others)})" if others else ""


def origins(arms: Sequence[ArmFindings]) -> list[str]:
    """Where training faces came from in any arm, real ones first."""
    return sorted(
        {origin for arm in arms for origin in arm.trained_on}, key=lambda name: (name != REAL, name)
    )
