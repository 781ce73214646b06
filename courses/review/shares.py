"""Who reads what: pieces of work shared out among graders. Pure."""

from collections.abc import Hashable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Id = TypeVar("Id", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Piece(Generic[Id]):
    id: Id
    student: int
    sections: AbstractSet[int] = frozenset()  # of the student


@dataclass(frozen=True, slots=True)
class Reader:
    id: int
    sections: AbstractSet[int] = frozenset()  # whose work is theirs; none: everybody's that nobody else has
    load: int = 0  # pieces they have already


@dataclass(slots=True)
class _Desk:
    reader: Reader
    load: int = field(init=False)

    def __post_init__(self) -> None:
        self.load = self.reader.load


def share_out(pieces: Sequence[Piece[Id]], readers: Sequence[Reader]) -> Mapping[Id, int]:
    """Piece → reader. A section's own readers take its work; work of no reader's section goes to those without one,
    else to everybody. Among these the one with least to do, so that loads differ as little as sections allow. Nobody
    reads their own work; a piece that nobody may read is left out. The same input gives the same shares."""
    desks = [_Desk(reader) for reader in sorted(readers, key=lambda each: each.id)]
    found: dict[Id, int] = {}
    # Pieces with few possible readers come first; the others then level what those left uneven.
    for piece, able in sorted(((each, _able(each, desks)) for each in pieces), key=lambda pair: len(pair[1])):
        if able:
            chosen = min(able, key=lambda desk: (desk.load, desk.reader.id))
            chosen.load += 1
            found[piece.id] = chosen.reader.id
    return found


def _able(piece: Piece[Id], desks: Sequence[_Desk]) -> list[_Desk]:
    others = [desk for desk in desks if desk.reader.id != piece.student]
    own = [desk for desk in others if desk.reader.sections & piece.sections]
    return own or [desk for desk in others if not desk.reader.sections] or others
