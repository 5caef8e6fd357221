"""Pages: thin handlers that read a view, send a command, render a template."""

from fastapi import APIRouter

from orderloom.platform.web.pages import (
    absences,
    attachments,
    audit,
    collection_files,
    collections,
    comments,
    definitions,
    health,
    inbound,
    live,
    mail,
    mailed,
    notices,
    notifications,
    order,
    orders,
    preferences,
    sign_in,
    task,
    task_views,
    tasks,
)

# The first match wins: an order's number may hold any character, so its pages come last.
routers: tuple[APIRouter, ...] = (
    health.router,
    sign_in.router,
    preferences.router,
    absences.router,
    tasks.router,
    task_views.router,
    task.router,
    definitions.router,
    inbound.router,
    mail.router,
    mailed.router,
    notifications.router,
    live.router,
    live.lasting,
    notices.router,
    comments.router,
    collection_files.router,
    collections.router,
    orders.router,
    attachments.router,
    audit.router,
    order.router,
)
