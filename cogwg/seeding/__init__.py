"""Functions that load the data of the ``seed`` folder into the database: jurisdictions, the 2020 plan, news, commitments, and
the people and sample data of the demo.

Seeding does not change existing rows, so users' changes are kept; it only sets the password of the demo's people. The caller
commits.
"""

from cogwg.seeding.demo import seed_demo_people, seed_demo_reports
from cogwg.seeding.plan_2020 import SeedResult, seed

__all__ = ["SeedResult", "seed", "seed_demo_people", "seed_demo_reports"]
