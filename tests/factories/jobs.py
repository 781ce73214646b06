"""Jobs in any state."""

from typing import Any

from tests.factories.names import fresh
from workers.backends.models import Pool
from workers.scheduling.models import Job
from workers.scheduling.spec import Lane


def make_job(**fields: Any) -> Job:
    """A queued one."""
    return Job.objects.create(
        **{
            "subject": fresh("subject"),
            "key": "run",
            "channel": fresh("channel"),
            "pool": Pool.TEXT,
            "lane": Lane.INTERACTIVE,
            "alias": "chat-small",
            "request": {"task": "chat", "messages": [{"role": "user", "content": "Hello"}]},
            "timeout": 60.0,
            **fields,
        }
    )
