"""Every text a person sees, in English, Polish and Slovak."""

from orderloom.platform.words.catalogue import LANGUAGES, Words

__all__ = ["LANGUAGES", "Words"]
