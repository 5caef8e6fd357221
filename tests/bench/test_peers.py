"""Peers do the reference work where they are installed, and are named where they are not."""

import sqlite3
from contextlib import closing
from pathlib import Path

from orderloom.platform.bench.peers import spiff
from orderloom.platform.bench.peers.contestants import missing_peers, peers
from orderloom.platform.bench.rounds import measure

DONE = "SELECT count(*) FROM spiff WHERE done = 1"


def test_every_order_of_a_peer_ends_and_the_others_are_named(tmp_path: Path) -> None:
    results = measure(peers(tmp_path), count=2, rounds=1)
    named = [sentence.partition(":")[0] for sentence in missing_peers()]
    assert named[-2:] == ["bpmn-engine", "DBOS"]
    assert (named[0] == "SpiffWorkflow") != spiff.installed()
    assert len(results) == (3 if spiff.installed() else 0)
    for file in tmp_path.glob("spiff-*.db"):
        with closing(sqlite3.connect(file)) as connection:
            assert connection.execute(DONE).fetchone() == (6,)
