"""What the first ton of every purchase costs that could occur: price, financing, freight, duty of each authority."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planner.case import Case
from planner.plan import PLAN_TABLES
from planner.translate import Translated
from planner.translate.payment import financed

WAY = PLAN_TABLES["quotes"][:4]


def quote_tables(case: Case, known: Translated) -> dict[str, pd.DataFrame]:
    """The tables `quotes` and `quote_duties`: of each offer, place, class and node the first price band."""
    first = known.flows.purchases.sort_values("tier", kind="stable").drop_duplicates([*WAY]).sort_index()
    later = financed(case, first)["financing_usd_per_t"].reindex(first.index).fillna(0.0)
    most = first["max_t_per_year"].replace(np.inf, np.nan)
    names = {"price_usd_per_t": first["price_usd_per_t"], "financing_usd_per_t": later, "most_t_per_year": most}
    charged = first[[*WAY, "flow_number"]].merge(known.duties["buy"], on="flow_number")
    return {"quotes": first.assign(**names), "quote_duties": charged[charged["duty_usd_per_t"] != 0]}
