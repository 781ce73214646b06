"""How busy the servers are: counts only, nobody's name."""

from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from athanor.api import outputs
from athanor.api.documents import documented
from workers.scheduling import selectors


@documented("queue", answers={200: outputs.QueueOut(many=True)}, summary="The queues and their servers")
@api_view(["GET"])
def queue(request: Request) -> Response:
    overviews = [selectors.overview(pool) for pool in selectors.pools()]
    return Response(outputs.QueueOut(overviews, many=True).data)
