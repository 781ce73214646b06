"""Which call stands for which expected one: the assignment with the highest total. Pure.

Greedy matching is wrong: of the expected x ∈ {1, 2} and x = 1, given 1 and 2, the first would take the 1.
"""

from collections.abc import Sequence

Scores = Sequence[Sequence[float]]  # one row per expected call, one column per given call; each 0..1


def any_order(scores: Scores) -> list[int | None]:
    """The column of each row, None where it has none, so that the sum is largest."""
    rows, columns = len(scores), len(scores[0]) if scores else 0
    if not rows or not columns:
        return [None] * rows
    if rows == columns == 1:
        return [0]
    if rows > columns:
        found: list[int | None] = [None] * rows
        for column, row in enumerate(_hungarian([list(each) for each in zip(*scores, strict=True)])):
            found[row] = column
        return found
    return list(_hungarian(scores))


def _hungarian(scores: Scores) -> list[int]:
    """Kuhn–Munkres with potentials, O(rows² · columns), for rows ≤ columns. Costs are 1 - score."""
    rows, columns = len(scores), len(scores[0])
    row_price, column_price = [0.0] * (rows + 1), [0.0] * (columns + 1)
    owner, came_from = [0] * (columns + 1), [0] * (columns + 1)  # 1-based; column 0 is where a search begins
    for row in range(1, rows + 1):
        owner[0], column = row, 0
        slack, seen = [float("inf")] * (columns + 1), [False] * (columns + 1)
        while owner[column]:
            seen[column] = True
            column = _relax(scores, row_price, column_price, owner, came_from, slack, seen, column)
        while column:
            owner[column] = owner[came_from[column]]
            column = came_from[column]
    found = [0] * rows
    for column in range(1, columns + 1):
        if owner[column]:
            found[owner[column] - 1] = column - 1
    return found


def _relax(
    scores: Scores,
    row_price: list[float],
    column_price: list[float],
    owner: list[int],
    came_from: list[int],
    slack: list[float],
    seen: list[bool],
    column: int,
) -> int:
    """One step of the search for the cheapest way to a free column: prices change, the next column is returned."""
    row, least, nearest = owner[column], float("inf"), 0
    for other in range(1, len(slack)):
        if seen[other]:
            continue
        cost = 1.0 - scores[row - 1][other - 1] - row_price[row] - column_price[other]
        if cost < slack[other]:
            slack[other], came_from[other] = cost, column
        if slack[other] < least:
            least, nearest = slack[other], other
    for other in range(len(slack)):
        if seen[other]:
            row_price[owner[other]] += least
            column_price[other] -= least
        else:
            slack[other] -= least
    return nearest


def in_order(scores: Scores) -> list[int | None]:
    """As `any_order`, but columns must rise: the expected calls are a subsequence of the given ones."""
    rows, columns = len(scores), len(scores[0]) if scores else 0
    best = [[0.0] * (columns + 1) for _row in range(rows + 1)]
    for row in range(rows - 1, -1, -1):
        for column in range(columns - 1, -1, -1):
            taken = scores[row][column] + best[row + 1][column + 1]
            best[row][column] = max(taken, best[row + 1][column], best[row][column + 1])
    found: list[int | None] = [None] * rows
    row = column = 0
    while row < rows and column < columns:
        if best[row][column] == scores[row][column] + best[row + 1][column + 1]:
            found[row] = column
            row, column = row + 1, column + 1
        elif best[row][column] == best[row + 1][column]:
            row += 1
        else:
            column += 1
    return found


def by_place(scores: Scores) -> list[int | None]:
    """The first call for the first expected one, and so on."""
    columns = len(scores[0]) if scores else 0
    return [row if row < columns else None for row in range(len(scores))]
