"""Loading what the ``seed`` folder holds: the record as its sources give it, and the people and samples of the demo.

Seeding never changes a row that is there: what people changed stays as they left it. Nothing here commits.
"""

from cogwg.seeding.demo import seed_demo_people, seed_demo_reports
from cogwg.seeding.record import SeedResult, seed

__all__ = ["SeedResult", "seed", "seed_demo_people", "seed_demo_reports"]
