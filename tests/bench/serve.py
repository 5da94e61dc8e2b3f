"""Serve any application with the product's server: ``python -m tests.bench.serve MODULE:FACTORY --slots 1 --port 8000``."""

from __future__ import annotations

import argparse
import gc
import pkgutil

from cogwg.core.settings import DEFAULT_WORKERS
from cogwg.server import memory
from cogwg.server.listener import Listener
from cogwg.server.supervisor import Supervisor
from cogwg.web.http.preserved_form import MAX_RETURNED_BYTES


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("factory")
    parser.add_argument("--slots", type=int, required=True)
    parser.add_argument("--port", type=int, required=True)
    chosen = parser.parse_args()
    memory.return_large_blocks()
    app = pkgutil.resolve_name(chosen.factory)()  # as ``cogwg serve`` does, so that the workers share it
    gc.freeze()
    listener = Listener("127.0.0.1", chosen.port, workers=DEFAULT_WORKERS)
    Supervisor(listener, lambda: app, workers=DEFAULT_WORKERS, slots=chosen.slots, max_body=MAX_RETURNED_BYTES).run()


if __name__ == "__main__":
    main()
