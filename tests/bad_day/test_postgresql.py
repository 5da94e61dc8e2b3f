"""PostgreSQL. It is stopped, killed, cut off, full, or in a deadlock."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError

from tests.bad_day.cluster import Cluster, running_cluster
from tests.bad_day.faults import Tally, fault
from tests.bad_day.people import Crowd, Writer, check_plain, check_refusal, check_stored, is_acknowledged, quiet_log, serve
from tests.bad_day.small_disk import MIB, fill, free
from tests.databases import Databases

MOST_CONNECTIONS = 40
PLAN = "/en/plans/2020"
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = 'plan' AND wait_event_type = 'Lock'"


@pytest.fixture(scope="module")
def cluster(databases: Databases) -> Iterator[Cluster]:
    with running_cluster(databases, max_connections=MOST_CONNECTIONS) as running:
        yield running


@fault(
    "PostgreSQL is stopped and started again",
    done="Four people comment while “pg_ctl stop -m fast” and later “start” run, three times.",
    saw="Every page and save says that the service is unavailable, with the text kept. When PostgreSQL is back, saves work "
    "again, without a restart of the site.",
)
def test_stopped_postgresql_refuses_and_works_again_when_it_is_back(cluster: Cluster, tmp_path: Path, tally: Tally) -> None:
    with serve(cluster.url, tmp_path) as served, quiet_log(served):
        with Crowd(served.port, "stopped") as crowd:
            for _ in range(3):
                crowd.wait_for_acknowledged(10)
                cluster.stop("fast")
                crowd.wait_for_refused(5)
                assert (served.get("/readyz")[0], served.get("/healthz")[0], served.get(PLAN)[0]) == (503, 200, 503)
                cluster.start()
                crowd.wait_for_acknowledged(10)
        for words, answer in crowd.refused.items():
            check_plain(answer)
            assert words in answer.text
    check_stored(cluster.url, crowd, tally)


@fault(
    "PostgreSQL is killed",
    done="SIGKILL ends all its processes while four people comment; it starts and recovers from its log. Three times.",
    saw="The same.",
)
def test_killed_postgresql_keeps_every_acknowledged_write(cluster: Cluster, tmp_path: Path, tally: Tally) -> None:
    with serve(cluster.url, tmp_path) as served, quiet_log(served), Crowd(served.port, "killed") as crowd:
        for _ in range(3):
            crowd.wait_for_acknowledged(30)
            cluster.kill()
            crowd.wait_for_refused(5)
            cluster.start()
            crowd.wait_for_acknowledged(10)
    check_stored(cluster.url, crowd, tally)


@fault(
    "Connections are cut in transactions",
    done="While four people comment, “pg_terminate_backend” ends all connections of the site, 20 times.",
    saw="A save that is cut off says that nothing was saved, with the text; the next one works.",
)
def test_connections_cut_in_transactions_lose_nothing(cluster: Cluster, tmp_path: Path, tally: Tally) -> None:
    with serve(cluster.url, tmp_path) as served, quiet_log(served), Crowd(served.port, "cut") as crowd:
        for _ in range(20):
            crowd.wait_for_acknowledged(5)
            cluster.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'plan'")
        crowd.wait_for_acknowledged(10)
    check_stored(cluster.url, crowd, tally)


@fault(
    "PostgreSQL has no connection left",
    done="Another program takes all connections while people comment, and gives them back.",
    saw="Who has no connection yet is told that the service is unavailable; afterwards everything works, without a restart.",
)
def test_too_many_connections_are_told_and_pass(cluster: Cluster, tmp_path: Path, tally: Tally) -> None:
    url = cluster.url.replace("postgresql:", "postgresql+psycopg:")
    with serve(cluster.url, tmp_path) as served, quiet_log(served):
        with Crowd(served.port, "connections") as crowd:
            crowd.wait_for_acknowledged(10)
            with ExitStack() as taken:
                engine = create_engine(url, pool_size=MOST_CONNECTIONS, max_overflow=0)
                taken.callback(engine.dispose)
                cluster.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'plan'")
                with suppress(OperationalError):
                    while True:
                        taken.enter_context(engine.connect())
                crowd.wait(lambda: served.get(PLAN)[0] == 503, "nobody is told")
            crowd.wait_for_acknowledged(10)
        assert served.get(PLAN)[0] == 200
    check_stored(cluster.url, crowd, tally)


@fault(
    "A deadlock",
    done="Another program locks the head of the audit log, and then waits for a lock that a save of the site holds, while the "
    "save waits for the head: PostgreSQL ends one of them. Ten times.",
    saw="If the save is the one, it says that nothing was saved, with the text, and works when it is sent again.",
)
def test_deadlock_refuses_one_and_loses_nothing(cluster: Cluster, tmp_path: Path, tally: Tally) -> None:
    url = cluster.url.replace("postgresql:", "postgresql+psycopg:")
    engine = create_engine(url)
    with serve(cluster.url, tmp_path) as served, quiet_log(served):
        with Crowd(served.port, "deadlock", writers=3) as crowd:
            for _ in range(10):
                crowd.wait_for_acknowledged(2)
                with engine.connect() as other:
                    other.exec_driver_sql("SET deadlock_timeout = '10s'")  # so that the save is the one that is ended
                    other.exec_driver_sql("SELECT * FROM chain_head FOR UPDATE")
                    crowd.wait(lambda: cluster.execute(WAITING) != [(0,)], "no save waits")
                    refused = len(crowd.refused)
                    asking = threading.Thread(target=lambda other=other: other.exec_driver_sql("LOCK TABLE comment"))
                    asking.start()
                    crowd.wait(lambda refused=refused: len(crowd.refused) > refused, "no save was ended")
                    asking.join()
                    other.rollback()
        for words, answer in crowd.refused.items():
            check_refusal(answer, words)
        assert is_acknowledged(Writer(served.port).comment("afterwards"))
    engine.dispose()
    assert cluster.log.count("deadlock detected") >= 10
    check_stored(cluster.url, crowd, tally)


@fault(
    "The database becomes read-only",
    done="“default_transaction_read_only” is set, as on a standby, and the connections are ended; later it is taken back.",
    saw="Pages can be read; saves say that nothing was saved, with the text. Later they work, without a restart.",
)
def test_read_only_database_refuses_saves(cluster: Cluster, tmp_path: Path, tally: Tally) -> None:
    def make(state: str) -> None:
        cluster.execute(f"ALTER DATABASE plan SET default_transaction_read_only = {state}")
        cluster.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'plan'")

    with serve(cluster.url, tmp_path) as served, quiet_log(served), Crowd(served.port, "read-only") as crowd:
        crowd.wait_for_acknowledged(10)
        make("on")
        crowd.wait_for_refused(20)
        assert served.get(PLAN)[0] == 200
        make("off")
        crowd.wait_for_acknowledged(10)
    check_stored(cluster.url, crowd, tally)


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to mount a disk for the user of PostgreSQL")
@fault(
    "The disk of PostgreSQL is full",
    done="The tables of the database are on a disk of 64 MiB. Four people comment; the disk is filled to the last byte, and "
    "later emptied.",
    saw="Pages can be read. A save that needs room says that nothing was saved, with the text. When there is room again, it is "
    "saved, without a restart.",
)
def test_full_disk_of_postgresql_refuses_saves_and_loses_nothing(databases: Databases, tmp_path: Path, tally: Tally) -> None:
    with running_cluster(databases) as cluster:
        disk = cluster.restart_on_small_disk(64 * MIB)
        with serve(cluster.url, tmp_path) as served, quiet_log(served):
            with Crowd(served.port, "full disk") as crowd:
                crowd.wait_for_acknowledged(20)
                fill(disk)
                crowd.wait_for_refused(20)
                assert served.get(PLAN)[0] == served.get("/readyz")[0] == 200
                free(disk)
                crowd.wait_for_acknowledged(20)
            for words, answer in crowd.refused.items():
                check_refusal(answer, words)
        assert "No space left on device" in cluster.log
        check_stored(cluster.url, crowd, tally)
