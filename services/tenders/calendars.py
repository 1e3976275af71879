"""Public holidays, from the `holidays` library, copied into a tender so that the library's updates move nothing."""

from datetime import date

import holidays

YEARS_AHEAD = 3


def is_known(country: str) -> bool:
    """Whether there is a calendar for this ISO 3166-1 alpha-2 code."""
    return country in holidays.list_supported_countries()


def public_holidays(country: str, first_year: int) -> list[date]:
    """The country's public holidays of `first_year` and the three years after it, in order."""
    return sorted(holidays.country_holidays(country, years=range(first_year, first_year + YEARS_AHEAD + 1)))
