"""Functions that load the ``seed`` folder into the database: jurisdictions, plan and news, and the demo's people and samples.

Seeding never changes an existing row, except to set the password of the demo's people, so users' changes are kept. The caller
commits.
"""

from cogwg.seeding.demo import seed_demo_people, seed_demo_reports
from cogwg.seeding.plan_2020 import SeedResult, seed

__all__ = ["SeedResult", "seed", "seed_demo_people", "seed_demo_reports"]
