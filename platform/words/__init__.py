"""Every text a person sees, in English, Polish and Slovak."""
