"""Loading of the ``seed`` folder: jurisdictions, plan and news from their sources, and the demo's people and samples.

Seeding never changes an existing row, so people's changes stay. Nothing here commits.
"""

from cogwg.seeding.demo import seed_demo_people, seed_demo_reports
from cogwg.seeding.plan_2020 import SeedResult, seed

__all__ = ["SeedResult", "seed", "seed_demo_people", "seed_demo_reports"]
