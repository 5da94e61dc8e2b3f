"""A worker with more requests than another closes connections, so that its clients connect again, perhaps to the other."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack

from cogwg.server.adapter import AsgiAdapter
from cogwg.server.balance import EVEN_DIFFERENCE, WorkerLoads
from tests.server.test_adapter import MAX_BODY, Echo, send_request


def connections_closed(loads: WorkerLoads, requests: int, *, worker: int = 0) -> int:
    """Return after how many of so many requests at once a worker closes the connection."""

    async def main() -> int:
        adapter = AsgiAdapter(Echo(), slots=1, max_body=MAX_BODY, load=loads.start(worker))
        responses = await asyncio.gather(*(send_request(adapter) for _ in range(requests)))
        assert [response.status for response in responses] == [200] * requests
        return sum(response.headers.get("connection") == "close" for response in responses)

    return asyncio.run(main())


def test_busy_worker_closes_connections_until_it_has_as_many_requests_as_the_idle_one() -> None:
    loads = WorkerLoads(2)
    loads.start(1)
    assert connections_closed(loads, 10) == 10 - EVEN_DIFFERENCE


def test_worker_keeps_connections_while_the_other_has_about_as_many_requests() -> None:
    loads = WorkerLoads(2)
    other = loads.start(1)
    with ExitStack() as requests:
        for _ in range(8):
            requests.enter_context(other.counted())
        assert connections_closed(loads, 8 + EVEN_DIFFERENCE) == 0
    assert connections_closed(loads, EVEN_DIFFERENCE) == 0
    assert connections_closed(loads, EVEN_DIFFERENCE + 1) == 1


def test_no_client_is_sent_to_a_worker_that_does_not_run() -> None:
    loads = WorkerLoads(2)
    assert connections_closed(loads, 10) == 0, "the other has not started"
    loads.start(1)
    loads.leave_out(1)
    assert connections_closed(loads, 10) == 0, "the other died"


def test_only_worker_keeps_its_connections() -> None:
    assert connections_closed(WorkerLoads(1), 10) == 0


def test_requests_that_a_dead_worker_had_are_not_those_of_the_next() -> None:
    loads = WorkerLoads(2)
    dead = loads.start(1)
    dead.counted().__enter__()
    loads.leave_out(1)
    loads.start(1)
    assert connections_closed(loads, EVEN_DIFFERENCE + 1) == 1
