"""What a regrade does, for whoever decides about it."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, F, FloatField, Func, Q, QuerySet

from courses.people.rules import Person, courses_managed_by
from courses.regrade.effects import MOVES, WRITES, distribution, mean
from courses.regrade.models import Change, Regrade


@dataclass(frozen=True, slots=True)
class Bin:
    """A tenth of the scale, with how many marks lie in it."""

    low: float
    high: float
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Summary:
    total: int
    done: int  # of the step that runs: computed, written or put back
    effects: Mapping[str, int]
    bins: list[Bin]
    mean_before: float | None
    mean_after: float | None
    written: int  # entries that applying appends
    moved: int  # students who get another mark
    skipped: int  # the ledger went on meanwhile

    @property
    def most(self) -> int:
        return max([1, *(max(each.before, each.after) for each in self.bins)])


def regrades_of(user: Person) -> QuerySet[Regrade]:
    """Newest first, with how many attempts each looks at (`size`)."""
    found = Regrade.objects.filter(exercise__module__course__in=courses_managed_by(user).values("pk"))
    found = found.select_related("exercise__module__course", "created_by").annotate(size=Count("changes"))
    return found.order_by("-created_at")


def summary(regrade: Regrade) -> Summary:
    rows = list(regrade.changes.exclude(effect="").values_list("effect", "before__value", "value"))
    effects: dict[str, int] = {}
    for effect, _, _ in rows:
        effects[effect] = effects.get(effect, 0) + 1
    before = [value for _, value, _ in rows]
    after = [new if effect in WRITES else old for effect, old, new in rows]
    bins = zip(distribution(before), distribution(after), strict=True)
    counts = regrade.changes.aggregate(
        total=Count("pk"),
        priced=Count("pk", filter=~Q(cost=None)),
        skipped=Count("pk", filter=~Q(skipped="")),
        applied=Count("pk", filter=~Q(applied=None)),
        undone=Count("pk", filter=~Q(undone=None)),
    )
    return Summary(
        total=counts["total"],
        done=_done(regrade, len(rows), counts),
        effects=effects,
        bins=[Bin(place / 10, (place + 1) / 10, old, new) for place, (old, new) in enumerate(bins)],
        mean_before=mean(before),
        mean_after=mean(after),
        written=sum(effects.get(effect, 0) for effect in WRITES),
        moved=sum(effects.get(effect, 0) for effect in MOVES),
        skipped=counts["skipped"],
    )


def _done(regrade: Regrade, computed: int, counts: Mapping[str, int]) -> int:
    return {
        Regrade.State.PRICING: counts["priced"],
        Regrade.State.APPLYING: counts["applied"] + counts["skipped"],
        Regrade.State.REVERTING: counts["undone"] + counts["skipped"],
    }.get(Regrade.State(regrade.state), computed)


def movers(regrade: Regrade) -> QuerySet[Change]:
    """Whose mark moves, those that move most first."""
    by = Func(F("value") - F("before__value"), function="ABS", output_field=FloatField())
    found = regrade.changes.filter(effect__in=MOVES).select_related("attempt__student", "before")
    return found.annotate(by=by).order_by(F("by").desc(nulls_first=True), "id")
