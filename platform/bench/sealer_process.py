"""A sealer in a process of its own, as `orderloom worker` beside `orderloom serve --no-worker`.

`python -m orderloom.platform.bench.sealer_process URL` says `ready`, then seals each second from
the line `start` to the line `stop`, to the last entry, and says `done`; the end of the input ends
it.
"""

import sys

from orderloom.platform.bench.engine import application
from orderloom.platform.bench.sealer import Sealer


def _main(url: str) -> None:
    with application(url, published=True) as app:
        sealer = Sealer(app)
        print("ready", flush=True)
        for line in sys.stdin:
            if line.strip() == "start":
                sealer.start()
            else:
                sealer.stop()
                print("done", flush=True)


if __name__ == "__main__":
    _main(sys.argv[1])
