"""What one answer asks of the database: a figure that may fall and must not grow unseen."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from athanor.accounts.models import User
from tests.workers.scheduling.conftest import Broker, ask, make_server, run_all, spec

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_server", "commits")]

MOST_TO_ENQUEUE = 30  # its dispatch included
MOST_TO_RUN = 30  # its end and the dispatch that follows included


def statements(seen: CaptureQueriesContext) -> list[str]:
    return [one["sql"] for one in seen.captured_queries if "SAVEPOINT" not in one["sql"]]


def test_an_answer_takes_no_more_statements_than_it_took(broker: Broker, student: User) -> None:
    make_server()
    ask(spec("first"), owner=student)
    run_all(broker)

    with CaptureQueriesContext(connection) as enqueued:
        ask(spec("second"), owner=student)
    with CaptureQueriesContext(connection) as ran:
        run_all(broker)

    assert len(statements(enqueued)) <= MOST_TO_ENQUEUE, "\n".join(statements(enqueued))
    assert len(statements(ran)) <= MOST_TO_RUN, "\n".join(statements(ran))
