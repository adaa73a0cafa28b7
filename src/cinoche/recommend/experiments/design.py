"""An experiment as it is declared: its arms, how many take part, and the arm of each profile.

The arm of a profile is a hash of the experiment's salt and the profile's pseudonym: the same in every process, at every
visit, without a table, and independent of the arm that it has in any other experiment.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from cinoche.events import types
from cinoche.events.models import Event, Recorded
from cinoche.kit.errors import Invalid

AB: Final = types.AB
INTERLEAVED: Final = types.INTERLEAVED

BLEND: Final = "blend"
"""The scorer that is everything that was solved, without what learns at once."""


class Arm(msgspec.Struct, frozen=True):
    """One way of recommending. What it does not name is as it is for everybody.

    ``scorer`` is a family of the model, or ``blend``; ``version`` a published version of the model; the three shares
    are those of the settings of the same names.
    """

    name: str
    scorer: str = ""
    version: str = ""
    calibration: float | None = None
    diversity: float | None = None
    exploration: float | None = None

    @property
    def is_plain(self) -> bool:
        """Whether it changes nothing: what everybody gets."""
        return self == Arm(self.name)

    def says(self) -> str:
        """What it changes, in a few words.

        >>> Arm("b", scorer="ease", diversity=0.8).says()
        'scorer ease, diversity 0.8'
        """
        named = {name: getattr(self, name) for name in self.__struct_fields__[1:]}
        return ", ".join(f"{name} {value}" for name, value in named.items() if value not in {"", None}) or "as it is"


class Experiment(msgspec.Struct, frozen=True):
    """What is tried on whom: the arms, the first of them the one that the others are measured against."""

    experiment_id: str
    kind: str
    arms: tuple[Arm, ...]
    share: float = 1.0
    salt: str = ""
    started_at: float = 0.0
    stopped_at: float | None = None

    @property
    def is_running(self) -> bool:
        """Whether nobody has stopped it."""
        return self.stopped_at is None

    @property
    def versions(self) -> frozenset[str]:
        """The versions of the model that it needs."""
        return frozenset(arm.version for arm in self.arms if arm.version)

    def arm_of(self, subject: str) -> Arm | None:
        """The arm of a profile; None where it is held out. Of an interleaved experiment everybody has both arms."""
        place = draw(self.salt, subject)
        if place >= self.share:
            return None
        return self.arms[0 if self.kind == INTERLEAVED else int(place / self.share * len(self.arms))]


@dataclass(frozen=True, slots=True)
class Part:
    """What a profile takes part in, and the arm that it has."""

    experiment: Experiment
    arm: Arm

    @property
    def rival(self) -> Arm | None:
        """The other arm, where the lists of both are interleaved."""
        return self.experiment.arms[1] if self.experiment.kind == INTERLEAVED else None


def draw(salt: str, subject: str) -> float:
    """Draw a number from 0 to 1 that depends on nothing else than these two.

    >>> draw("a", "ada") == draw("a", "ada") != draw("b", "ada")
    True
    """
    digest = hashlib.blake2b(f"{salt}\x1f{subject}".encode(), digest_size=8, person=b"experiment").digest()
    return int.from_bytes(digest, "big") / 2**64


def check(experiment: Experiment, running: Iterable[Experiment]) -> None:
    """Raise Invalid where an experiment cannot tell anything: its arms, its share, or its name are wrong."""
    names = [arm.name for arm in experiment.arms]
    if len(set(names)) != len(names):
        raise Invalid("two arms have the same name.", where="arms", remedy="Give each a name of its own.")
    what = [msgspec.structs.replace(arm, name="") for arm in experiment.arms]
    if any(what.count(each) > 1 for each in what):
        raise Invalid("two arms do the same.", where="arms", remedy="Say what each does: a scorer, a version, a share.")
    if experiment.kind == INTERLEAVED and len(names) != 2:
        raise Invalid(f"two lists are interleaved, not {len(names)}.", where="arms", remedy="Name two arms.")
    if experiment.kind == INTERLEAVED and any(
        arm.version or (arm.calibration, arm.diversity, arm.exploration) != (None, None, None)
        for arm in experiment.arms
    ):
        raise Invalid(
            "only scorers of the model in use are interleaved.", where="arms", remedy="Compare versions and rules A/B."
        )
    if any(each.experiment_id == experiment.experiment_id for each in running):
        raise Invalid("an experiment of this name runs.", where="name", remedy="Stop it, or choose another name.")


def fold(known: Sequence[Experiment], events: Iterable[Recorded]) -> Sequence[Experiment]:
    """Fold what the log says of experiments, oldest first; a name that is started anew is an experiment anew."""
    found = {each.experiment_id: each for each in known}
    for recorded in events:
        event = recorded.event
        if event.type == types.EXPERIMENT_STARTED:
            found.pop(event.data["experiment_id"], None)
            found[event.data["experiment_id"]] = started(event)
        elif event.type == types.EXPERIMENT_STOPPED and (before := found.get(event.data["experiment_id"])):
            found[before.experiment_id] = msgspec.structs.replace(before, stopped_at=event.time_s)
    return tuple(found.values())


def started(event: Event) -> Experiment:
    """Read an experiment from the event that started it."""
    data: dict[str, Any] = {**event.data, "started_at": event.time_s}
    return msgspec.convert(data, Experiment)


def part_of(subject: str, experiments: Iterable[Experiment]) -> Part | None:
    """Tell what a profile takes part in: one experiment at a time; those that began earlier choose first."""
    for each in experiments:
        if each.is_running and (arm := each.arm_of(subject)) is not None:
            return Part(each, arm)
    return None
