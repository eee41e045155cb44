"""What follows from a summary: sentences that name the fault, the number, and the switch that helps."""

from __future__ import annotations

import shlex

from recognizer.invocation import as_typed
from training.data.faces import Split
from training.data.summary import NO_SPLIT, Summary

MUCH_SHARE = 0.25
"""A loss of so much of a set stands first: what is left may be another set."""
PHOTOGRAPH_PX = 400
SQUARE_RATIO = 1.2
"""Cut-out faces are mostly square, and smaller than this."""
FEW_SHARE = 0.05
"""An emotion with less than this share of the faces is hard to learn without weights."""
BLURRED_SHARPNESS = 100.0
"""A common limit for photographs; what it means for a set is seen in its quantiles."""
PLAIN_ENTROPY_BITS = 4.0
"""A face has more than 16 grey values; an image with less than 4 bits shows next to nothing."""


def advice(summary: Summary) -> tuple[str, ...]:
    """One sentence for each thing that one should know before a fit; none where all is well."""
    found: tuple[str, ...] = (
        lost(summary),
        _splits(summary),
        _photographs(summary),
        _few(summary),
        _missing(summary),
        _leaks(summary),
        _repeated(summary),
    )
    found += _mislabelled(summary), *_quality(summary), _review(summary)
    return tuple(sentence for sentence in found if sentence)


def lost(summary: Summary) -> str:
    """What to say first of a set that lost MUCH_SHARE or more; "" for any other."""
    share = summary.skipped_count / max(summary.skipped_count + summary.faces, 1)
    if share < MUCH_SHARE:
        return ""
    return f"{share:.0%} of the set is left out: see what was skipped, and why, before anything else."


def _splits(summary: Summary) -> str:
    if summary.splits == (NO_SPLIT,):
        kind = "subjects" if summary.subjects > len(Split) else "random"
        return f"The set has no splits: set data.protocol.kind={kind} and the protocol makes them."
    if NO_SPLIT in summary.splits:
        return f"{summary.of_split(NO_SPLIT):,} faces have no split: the official protocol leaves them out."
    if Split.TEST.value not in summary.splits:
        return "There is no test split: keep another set for the test, or choose another data.protocol.kind."
    return ""


def _photographs(summary: Summary) -> str:
    width, height = summary.median_px
    square = max(width, height) < SQUARE_RATIO * min(width, height)
    if summary.crop == "aligned" or (square and width < PHOTOGRAPH_PX):
        return ""
    return (
        f"At {width} x {height} the images may be photographs rather than faces: look at the contact sheet; "
        "data.crop=aligned finds the faces and cuts them out as at run time."
    )


def _few(summary: Summary) -> str:
    shares = {emotion: sum(row.values()) / summary.faces for emotion, row in summary.counts.items()}
    few = [f"{emotion} ({share:.1%})" for emotion, share in shares.items() if 0 < share < FEW_SHARE]
    return f"Few faces of {' and '.join(few)}: think of class weights, or of synthetic faces." if few else ""


def _missing(summary: Summary) -> str:
    absent = [emotion for emotion, row in summary.counts.items() if not sum(row.values())]
    return (
        f"No face of {', '.join(absent)}: a model fitted to this set alone cannot learn that."
        if absent
        else ""
    )


def _leaks(summary: Summary) -> str:
    test, train = Split.TEST.value, Split.TRAIN.value
    table, kind = (summary.near, "near copies") if summary.near is not None else (summary.identical, "copies")
    count = table.get(test, {}).get(train, 0)
    total = summary.of_split(test) if test in summary.splits else 0
    if not count:
        return ""
    return (
        f"{count:,} of {total:,} test images ({count / total:.0%}) are {kind} of training images: "
        "read the accuracy without them too; evaluate gives both."
    )


def _repeated(summary: Summary) -> str:
    count = sum(row[split] for split, row in summary.identical.items())
    if not count or count < summary.faces / 1000:
        return ""
    return f"{count:,} images repeat another of their split pixel by pixel: they count double in a fit."


def _mislabelled(summary: Summary) -> str:
    if not summary.mislabelled:
        return ""
    return (
        f"{summary.mislabelled:,} images also occur with another label: votes (data.votes_as=soft or mixed) or "
        "label smoothing keep a fit from learning them by heart."
    )


def _review(summary: Summary) -> str:
    return (
        f"Wrong labels hurt small sets most: {as_typed('python -m training review')} {shlex.quote(summary.path)} "
        "shows the doubtful ones first."
    )


def _quality(summary: Summary) -> tuple[str, ...]:
    sharpness, entropy = (summary.spreads[name].quantiles[0] for name in ("sharpness", "entropy"))
    found = []
    if sharpness < BLURRED_SHARPNESS:
        found.append(
            f"One face in 20 has a sharpness under {sharpness:.0f}: data.clean.sharpen_below={BLURRED_SHARPNESS:g} "
            "sharpens blurred faces, in training and at run time."
        )
    if entropy < PLAIN_ENTROPY_BITS:
        found.append(
            f"One face in 20 has less than {entropy:.1f} bits of entropy: "
            f"data.clean.entropy_between=[{PLAIN_ENTROPY_BITS:g},8] leaves such images out of the training."
        )
    return tuple(found)
