"""Every column of every table: how what is personal there is erased, or why nothing is.

A table or column that is not listed fails `tests/house/test_personal_places.py`: whoever adds one
says here what becomes of people's data in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# Ids, numbers, instants, digests, names of definitions: of the program's or the authors' making.
PLAIN: Final = "holds ids, numbers, instants, or what authors call things"
PSEUDONYM: Final = "a pseudonymous id; who that is stands in app_user or in data that are erased"
SEALED: Final = "commitments stand in it in the place of personal values"
SKIPPED: Final = "a value that an entry has as a commitment never comes into it"
EMPTIED: Final = "salt and value are emptied, since when stands beside"
CLEARED: Final = "the trace goes with the values of its entry"
FOLDED: Final = "written anew from the entries, which no longer give the values"
PROJECTED: Final = "follows from the order's state, and with it"
DELETED: Final = "the rows of the order are deleted"
BLANKED: Final = "emptied in the rows of the order"
LEFT: Final = "an order with something on its way waits; nothing is left when it is erased"
FILES: Final = "goes with the last order that names the file"
FIELDS: Final = "the collection's personal fields are taken out, history included"
WORDS: Final = "made anew from the record without its personal fields"
COPIES: Final = "rows that repeat a value whole are deleted, drafts and scenarios rewritten"
FIXED: Final = "a published version never changes: authors write no data of people into definitions"
ACCOUNT: Final = "somebody who works here; a pseudonym stands there when the account is erased"
SHUT: Final = "the rows of an account are deleted when it is erased"
REGISTER: Final = "names by ids what was erased, so that a restored copy follows"

Ways = Mapping[str, str]
# table → way → its columns
PLACES: Final[Mapping[str, Ways]] = {
    "api_token": {
        PLAIN: "digest organisation_id created expires",
        PSEUDONYM: "user_id",
        SHUT: "name",
    },
    "app_user": {
        PLAIN: "organisation_id active",
        PSEUDONYM: "id manager",
        ACCOUNT: "login name password language zone attributes",
    },
    "attachment_chunk": {FILES: "content n data"},
    "attachment_content": {PLAIN: "organisation_id", FILES: "id digest size media at"},
    "attachment_upload": {PLAIN: "organisation_id", FILES: "person digest at"},
    "attachment_use": {PLAIN: "organisation_id order_id", FILES: "digest"},
    "audit_checkpoint": {PLAIN: "no size root at note cursor era floor"},
    "audit_course": {
        PLAIN: "order_id organisation_id process version number seq created ended outcome failed"
        " steps"
    },
    "audit_course_feed": {PLAIN: "name cursor"},
    "audit_entry": {
        PLAIN: "id organisation_id stream seq type at subject hash xid",
        PSEUDONYM: "actor",
        SEALED: "body",
        CLEARED: "trace",
    },
    "audit_fact": {
        PLAIN: "id organisation_id stream at what definition process channel",
        PSEUDONYM: "actor behalf",
    },
    "audit_index": {PLAIN: "name cursor read_at words"},
    "audit_key": {PLAIN: "no at verifier alone"},
    "audit_personal": {
        PLAIN: "stream seq slot organisation_id path erased_at",
        PSEUDONYM: "person",
        EMPTIED: "salt value",
    },
    "audit_stream": {PLAIN: "stream organisation_id name chain_seq commands chain_head"},
    "audit_tile": {PLAIN: "level n hashes places names low_id high_id"},
    "audit_value": {PLAIN: "slot entry stream", SKIPPED: "key"},
    "audit_watch": {PLAIN: "name no at fault since failures"},
    "audit_word": {PLAIN: "organisation_id kind no", SKIPPED: "word"},
    "balance_level": {
        PLAIN: "organisation_id collection field on_hand reserved",
        PSEUDONYM: "key",
    },
    "balance_move": {
        PLAIN: "order_id seq line organisation_id collection field way reserved on_hand at",
        PSEUDONYM: "record by",
    },
    "balance_reservation": {
        PLAIN: "order_id collection field organisation_id amount",
        PSEUDONYM: "key record",
    },
    "bundle_meta": {PLAIN: "organisation_id bundle", COPIES: "meta text scenarios"},
    "collection_change": {
        PLAIN: "organisation_id collection version at way",
        PSEUDONYM: "key by more",
        FIELDS: "after",
    },
    "collection_merge": {PLAIN: "organisation_id collection", PSEUDONYM: "key kept"},
    "collection_row": {
        PLAIN: "organisation_id collection version",
        PSEUDONYM: "key",
        FIELDS: "body",
    },
    "collection_word": {PLAIN: "organisation_id collection", PSEUDONYM: "key", WORDS: "word"},
    "definition_version": {
        PLAIN: "organisation_id kind id number digest bundle published_at effective_from",
        PSEUDONYM: "published_by",
        FIXED: "body comment text",
    },
    "draft": {
        PLAIN: "organisation_id kind id bundle saved_at tag",
        PSEUDONYM: "saved_by",
        COPIES: "body text",
    },
    "erasure": {
        PLAIN: "id organisation_id order_id collection cause asked_at state removed done_at",
        PSEUDONYM: "asked_by",
        REGISTER: "record person",
        BLANKED: "reason",
    },
    "idempotency": {
        PLAIN: "organisation_id request_digest stream seq revision refused at",
        DELETED: "scope key",
    },
    "inbound_message": {
        PLAIN: "id organisation_id connector message once state received_at due_at attempts"
        " order_id number settled_at",
        PSEUDONYM: "settled_by",
        BLANKED: "body headers sender problem",
    },
    "inbox": {
        PLAIN: "to_order from_stream from_n organisation_id kind at",
        DELETED: "body",
    },
    "installation": {PLAIN: "name value"},
    "layout": {PLAIN: "organisation_id kind id positions"},
    "mail": {
        PLAIN: "id organisation_id key kind order_id n state due_at attempts claimed_until at"
        " settled_at",
        PSEUDONYM: "user_id settled_by",
        BLANKED: "address body problem",
    },
    "mail_person": {PLAIN: "organisation_id", PSEUDONYM: "user_id", SHUT: "choices digest_at"},
    "notice": {
        PLAIN: "organisation_id order_id n at read_at",
        PSEUDONYM: "user_id",
        DELETED: "subject body",
    },
    "order_key": {PLAIN: "organisation_id slot order_id", PROJECTED: "sort_key"},
    "order_reference": {PLAIN: "organisation_id process key order_id", PROJECTED: "value"},
    "order_row": {
        PLAIN: "id organisation_id process release_no revision status chain_seq commands"
        " chain_head wake_at",
        FOLDED: "state data",
    },
    "organisation": {PLAIN: "id name"},
    "outbox": {
        PLAIN: "id organisation_id order_id n lane kind due_at attempts claimed_until",
        LEFT: "body",
    },
    "release": {PLAIN: "no organisation_id process digest bundle versions"},
    "role": {PLAIN: "organisation_id id title"},
    "role_permission": {PLAIN: "organisation_id role_id permission"},
    "rule_use": {PLAIN: "organisation_id kind id version row used last_at"},
    "rule_use_read": {PLAIN: "no cursor"},
    "saved_view": {
        PLAIN: "organisation_id id page first",
        PSEUDONYM: "user_id",
        COPIES: "name folded query",
    },
    "sequence": {PLAIN: "organisation_id name value"},
    "session": {PLAIN: "digest organisation_id created expires", PSEUDONYM: "user_id"},
    "sign_in_failure": {PLAIN: "id at", SHUT: "key"},
    "substitution": {
        PLAIN: "id organisation_id starts ends set_at ended",
        PSEUDONYM: "person substitute set_by ended_by",
    },
    "task": {
        PLAIN: "order_id n organisation_id kind definition due_at",
        PROJECTED: "assignee",
    },
    "task_candidate": {
        PLAIN: "organisation_id due_at order_id n process kind opened amount stopped",
        PROJECTED: "principal",
    },
    "unit": {PLAIN: "organisation_id id title"},
    "user_role": {PLAIN: "organisation_id role_id", PSEUDONYM: "user_id"},
    "user_unit": {PLAIN: "organisation_id unit_id place", PSEUDONYM: "user_id"},
    "watch": {
        PLAIN: "organisation_id ruleset version stream sent cursor read_at holder until stopped"
        " stopped_at"
    },
    "watch_hit": {
        PLAIN: "organisation_id ruleset mark version rule events awaited at",
        COPIES: "key",
    },
}
