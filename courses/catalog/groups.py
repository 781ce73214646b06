"""How the scheduler names a course: the group of its jobs."""

PREFIX = "course:"
REGRADES = ":regrades"


def group_of(course_id: int) -> str:
    """The share of what its students ask and hand in."""
    return f"{PREFIX}{course_id}"


def regrades_of(course_id: int) -> str:
    """The share that regrades of a course are counted for: nobody's limit of the day pays for them."""
    return f"{PREFIX}{course_id}{REGRADES}"


def course_of(group: str) -> int | None:
    """The course that the scheduler calls so."""
    number = group.removeprefix(PREFIX).removesuffix(REGRADES)
    return int(number) if group.startswith(PREFIX) and number.isdigit() else None
