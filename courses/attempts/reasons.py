"""Why a person looks at an attempt. Pure.

A reason is a code on the attempt. Some hold the mark back until somebody has decided; the others only bring the work
to the graders' queue, and what the student saw stays to be seen.
"""

from hashlib import sha256
from typing import Final

INFRASTRUCTURE: Final = "infrastructure"  # something failed on our side
UNSCORED: Final = "unscored"  # a criterion that counts has no score
NEEDS_REVIEW: Final = "needs_review"  # a criterion asks for a look
POLICY: Final = "policy"  # the exercise shows marks only after a review
SPLIT: Final = "split"  # the votes of the judging model differ
BOUNDARY: Final = "boundary"  # the mark is close to the pass mark
AUDIT: Final = "audit"  # drawn at random
FLAGGED: Final = "flagged"  # a member of the staff wants it to be seen
INQUIRY: Final = "inquiry"  # the student asked
SECOND_READING: Final = "second_reading"  # another grader reads it, too

OF_GRADING: Final = (INFRASTRUCTURE, UNSCORED, NEEDS_REVIEW, SPLIT)  # grading it again may settle these
HOLDING: Final = (*OF_GRADING, POLICY)
LOOKING: Final = (BOUNDARY, AUDIT, FLAGGED, INQUIRY, SECOND_READING)
REASONS: Final = (*HOLDING, *LOOKING)
OWN_END: Final = (INQUIRY, SECOND_READING)  # a decision does not end them: they are answered where they were asked

NEAR_ENOUGH = 1e-9  # a distance that floats cannot tell from the limit


def is_near(value: float | None, pass_mark: float, distance: float) -> bool:
    """Does the mark lie within `distance` (0: never) of the pass mark, on either side?"""
    return value is not None and distance > 0 and abs(value - pass_mark) <= distance + NEAR_ENOUGH


def is_drawn(attempt_id: object, share: float, purpose: str = AUDIT) -> bool:
    """Is this attempt in a random sample of `share` (0..1) of all? The same attempt always gets the same answer, and
    for another `purpose` another one."""
    digest = sha256(f"{purpose}:{attempt_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") < share * 2**64
