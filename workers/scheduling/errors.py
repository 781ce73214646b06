"""Why work is not taken."""


class TooManyJobs(Exception):
    """The student already has as many jobs waiting as one may have. `retry_after` is in seconds."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(f"too many jobs are waiting; try again in {retry_after:.0f} s")
        self.retry_after = retry_after


class NoSuchAlias(Exception):
    """The exercise asks for a model alias that no administrator has made."""

    def __init__(self, alias: str) -> None:
        super().__init__(f"there is no model alias {alias!r}")
        self.alias = alias


class QuotaUsed(Exception):
    """Today's share is used up. `whose` is "person" or "group"; `retry_after` is in seconds, until the next day."""

    def __init__(self, *, unit: str, whose: str, limit: int, used: float, wanted: float, retry_after: float) -> None:
        super().__init__(f"{used:.0f} of {limit} {unit} of the {whose} are used today; {wanted:.0f} more were asked")
        self.unit, self.whose, self.limit = unit, whose, limit
        self.used, self.wanted, self.retry_after = used, wanted, retry_after

    @property
    def left(self) -> int:
        return max(0, int(self.limit - self.used))
