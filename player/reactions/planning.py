"""What is to be measured: recordings that are new or changed, judged one by one; the rest is left alone or named."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from player.reactions.facts import FilmFacts
from player.reactions.films import film_of
from player.reactions.jobs import Job, content_hash, is_done
from player.reactions.observe import Models
from player.reactions.recordings import Recording
from player.reactions.study import Study
from recognizer.errors import SonrisaError, SourceError


@dataclass
class Tally:
    """What became of the recordings; `notes` and `problems` are lines for the researcher."""

    done: int = 0
    known: int = 0
    notes: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def plan_jobs(
    study: Study, recordings: Iterable[Recording], models: Models, again: bool, tally: Tally
) -> list[Job]:
    """One job per film whose file is known, and one per recording that is due; what cannot be done is named."""
    jobs: list[Job] = []
    films: dict[str, FilmFacts] = {}
    sources = _Sources(study)
    for recording in recordings:
        try:
            if recording.film not in films or (recording.film_file and not films[recording.film].file):
                films[recording.film] = study.add_film(_film(recording, tally))
                _add(jobs, study, Job(study.path.resolve(), films[recording.film], models, again=again))
            job = Job(study.path.resolve(), films[recording.film], models, recording, again)
            sources.check(recording)
            study.check_admitted(recording.viewer, content_hash(recording.video))
            _take_over(study, recording, tally)
            tally.known += not _add(jobs, study, job)
        except SonrisaError as error:
            tally.problems.append(str(error))
    return jobs


def plan_kept(study: Study, models: Models, tally: Tally) -> list[Job]:
    """One job for every viewing whose own video was kept; the others are named, and stay as they are."""
    jobs = []
    for facts in study.viewings():
        if study.video_path(facts.viewer, facts.film).is_file():
            jobs.append(Job(study.path.resolve(), study.film(facts.film), models, again=True, kept=facts))
        elif facts.live and facts.versions.comparable != models.versions().comparable:
            tally.notes.append(
                f"{facts.viewer}, {facts.film}: no video was kept; stays as measured with {facts.versions.named}"
            )
    return jobs


class _Sources:
    """Whose recording each content is: the same one under two viewers would count one face twice."""

    def __init__(self, study: Study) -> None:
        self._viewers = {each.source_sha256: each.viewer for each in study.viewings() if each.source_sha256}

    def check(self, recording: Recording) -> None:
        """Raise SourceError for a missing video, and for one that is another viewer's."""
        if not recording.video.is_file():
            raise SourceError(f"{recording.video}: there is no such video; left out")
        owner = self._viewers.setdefault(content_hash(recording.video), recording.viewer)
        if owner != recording.viewer:
            raise SourceError(
                f"{recording.video}: has the same content as a recording of {owner}; left out for {recording.viewer}"
            )


def _add(jobs: list[Job], study: Study, job: Job) -> bool:
    """Add a job that is due; False for one whose result the study holds, or that has nothing to measure."""
    due = bool(job.recording or job.film.file) and (job.again or not is_done(study, job))
    jobs += [job] if due else []
    return due


def _film(recording: Recording, tally: Tally) -> FilmFacts:
    """What is known of a film; one that cannot be read is named and goes without pictures."""
    if recording.film_file is not None:
        try:
            return film_of(recording.film_file, recording.category, recording.film)
        except SourceError as error:
            tally.problems.append(f"{error}; the report goes without its pictures")
    return FilmFacts(
        film=recording.film, category=recording.category, duration_seconds=recording.film_seconds
    )


def _take_over(study: Study, recording: Recording, tally: Tally) -> None:
    """Write down a group that became another, and say what else did: that is measured again."""
    known = study.viewing(recording.viewer, recording.film)
    if known is None or known.live:
        return
    name = f"{recording.viewer}, {recording.film}"
    if known.group != recording.group:
        study.amend(known.model_copy(update={"group": recording.group}))
        tally.notes.append(f"{name}: group {known.group or 'none'} is now {recording.group or 'none'}")
    now = recording.offset_seconds or 0.0
    if now != known.offset_seconds:
        tally.notes.append(f"{name}: offset {known.offset_seconds:g} s is now {now:g} s; measured again")
    elif _stated(recording) != known.offset_known:
        study.amend(known.model_copy(update={"offset_known": _stated(recording), "group": recording.group}))
        tally.notes.append(f"{name}: offset {now:g} s is now {_stated(recording)}")


def _stated(recording: Recording) -> str:
    return "assumed" if recording.offset_seconds is None else "stated"
