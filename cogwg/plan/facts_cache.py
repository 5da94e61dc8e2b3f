"""A cache of plans as ``plan_facts`` reads them, so that pages do not read an unchanged plan again. Each process has its own
cache.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Hashable
from threading import Lock

from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.core.db import execute_core, is_in_write_transaction, table
from cogwg.plan.models import PlanRevision
from cogwg.plan.queries import PlanFacts, plan_facts

MAX_PLANS = 32
"""The maximum number of cached entries. Most contain only one priority, or the priorities of one jurisdiction."""
_FACTS_REVISION = select(table(PlanRevision).c.facts_value)


class PlanFactsCache:
    """A cache of the most recently used plans, at most ``MAX_PLANS``, all of the latest revision
    (``PlanRevision.facts_value``).
    """

    def __init__(self) -> None:
        self._plans: OrderedDict[Hashable, PlanFacts] = OrderedDict()
        self._revision = ""
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._plans)

    def plan_facts(
        self,
        session: Session,
        year: int,
        *,
        in_effect: bool = False,
        code: str | None = None,
        carried_by: Collection[int] | None = None,
    ) -> PlanFacts:
        """Return the same as the function ``plan_facts``, in one SQL statement if the plan is cached and has not changed.

        The revision is read before the plan, so if the plan changes in between, the next request reads it again. A write
        transaction always reads the plan, because on PostgreSQL its own changes update the revision only when it commits.
        """
        if is_in_write_transaction(session):
            return plan_facts(session, year, in_effect=in_effect, code=code, carried_by=carried_by)
        revision = str(execute_core(session, _FACTS_REVISION).scalar_one())
        key = (year, in_effect, code, None if carried_by is None else frozenset(carried_by))
        plan = self._get(revision, key)
        if plan is None:
            plan = plan_facts(session, year, in_effect=in_effect, code=code, carried_by=carried_by)
            self._put(revision, key, plan)
        return plan

    def _get(self, revision: str, key: Hashable) -> PlanFacts | None:
        with self._lock:
            if revision != self._revision:
                self._plans.clear()
                self._revision = revision
            plan = self._plans.get(key)
            if plan is not None:
                self._plans.move_to_end(key)
            return plan

    def _put(self, revision: str, key: Hashable, plan: PlanFacts) -> None:
        """Cache a plan, unless another thread has read a different revision since.

        If the cache is full, the least recently used plan is removed.
        """
        with self._lock:
            if revision != self._revision:
                return
            self._plans[key] = plan
            if len(self._plans) > MAX_PLANS:
                self._plans.popitem(last=False)
