"""What can go wrong at a model server.

    BackendError
    ├── Unreachable          no connection, or it broke               passes, tried elsewhere
    │   └── Interrupted      it broke in the middle of an answer      passes, tried elsewhere
    ├── Busy                 the server refuses for now (429, 503)    passes, tried elsewhere
    ├── ServerFault          the server failed (5xx, nonsense)        passes, tried elsewhere
    ├── Misconfigured        credentials, address, not a model server stays, staff must act
    ├── ModelMissing         the server does not have this model      stays, staff must act
    └── RequestRefused       the server says our request is wrong     stays, the author or student must act

Three questions decide what follows: will it pass (`passes`), whose fault is it (`fault`), and what may the student
read (`code`: a key of the message table in `messages.py`; `detail` is for staff only and never shown to students).
"""

from typing import ClassVar, Literal

Fault = Literal["server", "setup", "request"]


class BackendError(Exception):
    code: ClassVar[str] = "backend"
    passes: ClassVar[bool] = False
    fault: ClassVar[Fault] = "server"

    def __init__(self, detail: str, *, retry_after: float | None = None) -> None:
        super().__init__(detail)
        self.detail = detail[:2000]
        self.retry_after = retry_after  # seconds, where the server said so


class Unreachable(BackendError):
    code = "unreachable"
    passes = True


class Interrupted(Unreachable):
    code = "interrupted"


class Busy(BackendError):
    code = "busy"
    passes = True


class ServerFault(BackendError):
    code = "server_fault"
    passes = True


class Misconfigured(BackendError):
    code = "misconfigured"
    fault = "setup"


class ModelMissing(BackendError):
    code = "model_missing"
    fault = "setup"


class RequestRefused(BackendError):
    code = "request_refused"
    fault = "request"
