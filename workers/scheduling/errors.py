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
