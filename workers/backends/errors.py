"""What can go wrong at a model server.

    BackendError
    ├── Unreachable          no connection, or it broke               passes, tried elsewhere, not counted
    │   └── Interrupted      it broke in the middle of an answer      passes, tried elsewhere, counted
    ├── Busy                 the server refuses for now (429, 503)    passes, tried elsewhere, not counted
    ├── ServerFault          the server failed (5xx, nonsense)        passes, tried elsewhere, counted
    │   └── TookTooLong      no answer in the time allowed            passes, tried elsewhere, counted
    ├── Misconfigured        credentials, address, not a model server stays, staff must act; work waits for it
    │   └── WrongTask        a picture asked of a language model      stays, staff must act
    ├── ModelMissing         the server does not have this model      stays, staff must act
    └── RequestRefused       the server says our request is wrong     stays, the author or student must act
        ├── TooLong          more tokens than the model can read      stays, the student must shorten it
        ├── UnknownToken     an id that the model does not have       stays, the student must change it
        ├── TopOnly          needs every score; the server tells 20   stays, another server or another question
        ├── NoSuchSetting    a sampler, … that the server lacks       stays, the author or student must choose again
        └── BadSchema        no text fits the JSON schema             stays, the author or student must change it

Four questions decide what follows: will it pass (`passes`), does it count against the tries of the job (`counts`:
work that breaks servers is given up, work that only waits for one is not), whose fault is it (`fault`), and what may
the student read (`code`: a key of the message table in `messages.py`, and `facts`: the numbers in that message;
`detail` is for staff only and never shown to students).
"""

from collections.abc import Mapping
from typing import ClassVar, Literal

Fault = Literal["server", "setup", "request"]


class BackendError(Exception):
    code: ClassVar[str] = "backend"
    passes: ClassVar[bool] = False
    counts: ClassVar[bool] = True
    fault: ClassVar[Fault] = "server"
    mends: ClassVar[bool] = False  # a probe will tell when the staff has put it right: worth waiting for

    def __init__(
        self, detail: str, *, retry_after: float | None = None, facts: Mapping[str, int] | None = None
    ) -> None:
        super().__init__(detail)
        self.detail = detail[:2000]
        self.retry_after = retry_after  # seconds, where the server said so
        self.facts = dict(facts or {})


class Unreachable(BackendError):
    code = "unreachable"
    passes = True
    counts = False


class Interrupted(Unreachable):
    code = "interrupted"
    counts = True


class Busy(BackendError):
    code = "busy"
    passes = True
    counts = False


class ServerFault(BackendError):
    code = "server_fault"
    passes = True


class TookTooLong(ServerFault):
    code = "timeout"


class Misconfigured(BackendError):
    code = "misconfigured"
    fault = "setup"
    mends = True


class WrongTask(Misconfigured):
    """The route leads to a server that does not do this kind of work at all."""

    mends = False

    def __init__(self, task: str) -> None:
        super().__init__(f"this type of server cannot do the task {task!r}: correct the route of the alias")


class ModelMissing(BackendError):
    code = "model_missing"
    fault = "setup"


class RequestRefused(BackendError):
    code = "request_refused"
    fault = "request"


class TooLong(RequestRefused):
    code = "too_long"


class UnknownToken(RequestRefused):
    """An id outside the vocabulary; `facts`: `token`, `last`."""

    code = "unknown_token"


class TopOnly(RequestRefused):
    """The server tells only its best candidates, and this needs the whole distribution."""

    code = "top_only"


class BadSchema(RequestRefused):
    """No text fits the JSON schema, or it cannot be turned into a grammar."""

    code = "bad_schema"


class NoSuchSetting(RequestRefused):
    code = "no_such_setting"
