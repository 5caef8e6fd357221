"""All the tables together."""

from typing import Final

from sqlalchemy import MetaData
from sqlmodel import SQLModel

from orderloom.platform.store import (
    tables_accounts,
    tables_attachments,
    tables_audit,
    tables_balances,
    tables_courses,
    tables_definitions,
    tables_desk,
    tables_erasures,
    tables_layouts,
    tables_mail,
    tables_orders,
    tables_rules,
    tables_saved_views,
    tables_seal,
    tables_watches,
)

MODULES: Final = (
    tables_accounts,
    tables_attachments,
    tables_audit,
    tables_balances,
    tables_courses,
    tables_definitions,
    tables_erasures,
    tables_desk,
    tables_layouts,
    tables_mail,
    tables_orders,
    tables_rules,
    tables_saved_views,
    tables_seal,
    tables_watches,
)
METADATA: Final[MetaData] = SQLModel.metadata
