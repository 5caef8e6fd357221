"""The REST API: `router` holds every address below `/api/v1`."""

from orderloom.platform.web.api.addresses import router

__all__ = ["router"]
