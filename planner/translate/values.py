"""The value per t on which a flow pays duty, in each calendar year of its node: columns value_0, value_1, …"""

from __future__ import annotations

import numpy as np
import pandas as pd

from models.groups import Floats
from planner.translate import columns


def with_values(flows: pd.DataFrame, yearly: Floats) -> pd.DataFrame:
    """Flows with what a ton of each is worth in the years of its node, the first one `value_0`."""
    return flows.assign(**{f"{columns.VALUE}{nth}": yearly[:, nth] for nth in range(yearly.shape[1])})


def value_columns(flows: pd.DataFrame) -> list[str]:
    """The columns that hold the values."""
    return [str(column) for column in flows if str(column).startswith(columns.VALUE)]


def value_then(flows: pd.DataFrame) -> Floats:
    """The value of each row's flow in the row's own year of the node, the `nth`."""
    values = flows[value_columns(flows)].to_numpy(np.float64)
    then: Floats = values[np.arange(len(flows)), flows["nth"].to_numpy(np.intp)]
    return then
