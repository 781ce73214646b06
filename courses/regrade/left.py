"""What a step leaves."""

from enum import Enum


class Left(Enum):
    MORE = "more"  # another step can follow at once
    WAIT = "wait"  # models have not answered yet
    NOTHING = "nothing"  # this part of the regrade is over
