"""What the program knows of policy: limits, what they count, concentration, charges and risk.

A limit `z` is told apart by what it is for (`y`: a country or supplier, or "" for all together) and the node.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from models.groups import Groups, Index, Part

ALL_FUTURES = ""  # in place of the node, where a limit is on a measure over all years and futures


@dataclass(frozen=True)
class Limits:
    """Rows (z, y, n) by sense, what they add up, their values, and those that may be missed at a price.

    RANKED has by priority what is missed without a price: `exceed` or `miss`, and its index.
    """

    AT_MOST: tuple[Index, ...]
    AT_LEAST: tuple[Index, ...]
    EQUAL: tuple[Index, ...]
    MEASURED: Groups[Part]
    value: Mapping[Index, float]
    EXCEEDABLE: tuple[Index, ...]
    MISSABLE: tuple[Index, ...]
    EXCESS_OF: Groups[Index]
    GAP_OF: Groups[Index]
    penalty_musd: Groups[Part]
    RANKED: Groups[tuple[str, Index]]


@dataclass(frozen=True)
class CountedShares:
    """Suppliers that a limit counts by their share `from_share` (by limit) of all tons bought, `ALL_BOUGHT` (z, y, n).

    `others_t_per_year` is the most that all others may bring.
    """

    from_share: Mapping[str, float]
    COUNTED_IF_ABOVE_SHARE: tuple[Index, ...]
    SHARE_IF_COUNTED: tuple[Index, ...]
    others_t_per_year: Mapping[Index, float]
    ALL_BOUGHT: Groups[Part]


@dataclass(frozen=True)
class CountedTons:
    """Suppliers and lanes that a limit of at most so many counts only above so many tons `from_t_per_year` (by limit).

    Where it states a share as well, who stays within either is not counted: SMALL_OR_COUNTED.
    """

    from_t_per_year: Mapping[str, float]
    COUNTED_IF_ABOVE_TONS: tuple[Index, ...]
    SMALL_OR_COUNTED: tuple[Index, ...]


@dataclass(frozen=True)
class Counts:
    """Suppliers, facilities and lanes (u) that a limit counts, as (z, y, u, n), and what shows that they are used.

    Where a limit asks for at least so many, what is counted must come to its `least_t_per_year`.
    """

    COUNTED: tuple[Index, ...]
    standing: Mapping[Index, float]
    COUNTED_IF_USED: tuple[Index, ...]
    most_t_per_year: Mapping[Index, float]
    COUNTED_IF_BUILT: tuple[Index, ...]
    COUNTED_UNLESS_CLOSED: tuple[Index, ...]
    CLOSED_BY: Groups[Index]
    USED_IF_COUNTED: tuple[Index, ...]
    least_t_per_year: Mapping[Index, float]
    existing_t_per_year: Mapping[Index, float]
    USES: Groups[Part]
    shares: CountedShares
    tons: CountedTons


@dataclass(frozen=True)
class Concentration:
    """Supply by country or supplier (y) under a limit on concentration, as (z, y, n); `root_hhi` by limit."""

    SUPPLIED: tuple[Index, ...]
    SUPPLY_FROM: Groups[Part]
    ALL_SUPPLY: Groups[Index]
    root_hhi: Mapping[str, float]


@dataclass(frozen=True)
class Environment:
    """Charges on what is given off and used up, for each unit of a decision."""

    CHARGES: tuple[Index, ...]
    musd_per_unit: Groups[Part]


@dataclass(frozen=True)
class Exposure:
    """Value at risk for each unit of a decision, and what a dollar at risk counts."""

    price: float
    musd_per_unit: Groups[Part]
