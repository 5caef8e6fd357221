"""What entries of no order say (substitutions, messages, records), and whom an order tells. Type,
facts, sentence."""

from __future__ import annotations

from typing import Any

SAID_OF_RECORDS: list[tuple[str, dict[str, Any], str]] = [
    (
        "substitution.set",
        {"person": "u_2", "substitute": "u_3", "from": "2026-03-02", "until": "2026-03-09"},
        "Bob set that Alice stands in for Carol from 2026-03-02 to 2026-03-09",
    ),
    (
        "substitution.ended",
        {"person": "u_2", "substitute": "u_3"},
        "Bob ended that Alice stands in for Carol",
    ),
    ("message.requested", {"message": "late", "to": ["u:u_2"]}, "The message late goes to Carol"),
    (
        "message.requested",
        {"message": "late", "to": ["{{ customer.email }}", "r:finance"]},
        "The message late goes to the address in customer.email, everybody who is Finance",
    ),
    ("message.requested", {"message": "late", "to": None}, "The message late is sent"),
    (
        "inbound.settled",
        {"way": "retry", "message": 7, "connector": "wms"},
        "Bob had message 7 of wms tried again",
    ),
    (
        "inbound.settled",
        {"way": "assign", "message": 7, "connector": "wms", "number": "SO-1"},
        "Bob assigned message 7 of wms to the order SO-1",
    ),
    (
        "inbound.settled",
        {"way": "discard", "message": 7, "connector": "wms", "reason": "a test"},
        "Bob discarded message 7 of wms: “a test”",
    ),
    (
        "inbound.settled",
        {"way": "odd", "message": 7, "connector": "wms"},
        "Bob settled message 7 of wms",
    ),
    *(
        ("mail.settled", {"way": way, "mail": 7}, f"Bob {said}")
        for way, said in (
            ("retry", "had mail 7 sent again"),
            ("address", "had mail 7 sent to another address"),
            ("give_up", "gave mail 7 up"),
            ("odd", "settled mail 7"),
        )
    ),
    (
        "record.changed",
        {"way": "changed", "collection": "customers", "key": "C-1", "fields": ["name", "tier"]},
        "Bob changed name, tier of C-1 in customers",
    ),
    (
        "record.changed",
        {"way": "merged", "collection": "customers", "key": "C-2", "kept": "C-1"},
        "Bob merged C-2 of customers into C-1",
    ),
    (
        "record.changed",
        {"way": "added", "collection": "customers", "key": "C-2"},
        "Bob added C-2 to customers",
    ),
    (
        "record.changed",
        {"way": "deleted", "collection": "customers", "key": "C-2"},
        "Bob deleted C-2 from customers",
    ),
    (
        "record.changed",
        {"way": "split", "collection": "customers", "key": "C-2", "kept": "C-1"},
        "Bob took back that C-2 of customers was merged into C-1",
    ),
    (
        "records.imported",
        {"way": "import", "collection": "customers", "added": 3, "changed": 0},
        "Bob brought records of customers from a file: 3 new, 0 changed",
    ),
    (
        "audit.searched",
        {"found": 2, "reason": "verdicts"},
        "Bob searched the audit and found 2 entries: “verdicts”",
    ),
    (
        "audit.exported",
        {"entries": 1, "reason": "verdicts"},
        "Bob took 1 entry of the audit away as a file: “verdicts”",
    ),
    (
        "evidence.made",
        {"orders": ["SO-1", "SO-2"], "count": 2, "reason": "yearly audit"},
        "Bob made an evidence pack of 2 orders (SO-1, SO-2): “yearly audit”",
    ),
    (
        "evidence.made",
        {"orders": ["SO-1"], "count": 1, "personal": True},
        "Bob made an evidence pack of 1 order with its personal values (SO-1)",
    ),
    ("personal.read", {"number": "CL-7"}, "Bob read personal data of CL-7"),
    ("personal.read", {"person": "P-17"}, "Bob read what is kept of P-17"),
    ("personal.read", {"subjects": [3]}, "Bob read personal data of 1 order in a list"),
    (
        "personal.read",
        {"collection": "checking", "key": "P-17", "person": "P-17"},
        "Bob read personal data of Checking P-17",
    ),
    (
        "personal.read",
        {"collection": "checking", "count": 2},
        "Bob read personal data of 2 records of Checking in a list",
    ),
    ("personal.read", {"message": 7, "connector": "wms"}, "Bob read message 7 from wms"),
    ("personal.read", {"mails": [3, 7]}, "Bob read whom 2 mails did not reach"),
    (
        "personal.exported",
        {"what": "csv", "collection": "checking", "count": 1},
        "Bob took out 1 record of Checking with personal data (csv)",
    ),
    (
        "personal.exported",
        {"what": "csv", "subjects": [3, 4]},
        "Bob took out personal data of 2 orders (csv)",
    ),
    ("personal.exported", {"what": "csv"}, "Bob took out personal data of all orders (csv)"),
    (
        "personal.exported",
        {"what": "file", "number": "CL-7"},
        "Bob took out personal data of CL-7 (file)",
    ),
    (
        "personal.exported",
        {"what": "report", "person": "P-17"},
        "Bob took out what is kept of P-17 (report)",
    ),
    ("personal.erased", {"values": 1}, "Bob erased 1 personal value"),
    (
        "personal.erased",
        {"values": 3, "person": "u_2", "reason": "asked"},
        "Bob erased 3 personal values of Carol: “asked”",
    ),
    (
        "personal.erased",
        {"values": 2, "collection": "checking", "key": "P-17"},
        "Bob erased personal data of Checking P-17 in 2 places",
    ),
    (
        "personal.erased",
        {"values": 2, "cause": "retention"},
        "2 personal values were erased because their time was over",
    ),
]
