"""A finished run as everybody reads it: workbook, brief, page, last lines and JSON, and its plan's own tables."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl import load_workbook
from report_examples import Report

from planner.brief import HTML
from planner.case import Case
from planner.cli.say import summary, summary_text
from planner.plan import Plan
from planner.runs.execute import RunSummary
from planner.runs.opened import open_run
from planner.runs.tables import kept_table


class _Cells(HTMLParser):
    """The texts of a page in their order, and the rows of its tables."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.rows: list[list[str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag == "tr":
            self.rows.append([])
        if tag == "td":
            self.rows[-1].append("")

    def handle_data(self, data: str) -> None:
        self.texts.append(data)
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += data


@dataclass(frozen=True)
class Places:
    """A run with a plan, and where its numbers are told."""

    run: RunSummary

    @cached_property
    def case(self) -> Case:
        return open_run(self.run.folder).case

    @cached_property
    def plan(self) -> Plan:
        return open_run(self.run.folder).plan

    @cached_property
    def report(self) -> Report:
        """The workbook that the run wrote."""
        found = object.__new__(Report)
        found.path = Path(str(self.run.report))
        found.book = load_workbook(found.path)
        return found

    @cached_property
    def first_page(self) -> str:
        """The texts of the Summary, one a line."""
        return "\n".join(self.report.texts("Summary"))

    @cached_property
    def brief(self) -> _Cells:
        return _Cells((self.run.folder / HTML).read_text(encoding="utf-8"))

    @cached_property
    def brief_text(self) -> str:
        return "\n".join(self.brief.texts)

    def in_brief(self, name: str) -> list[str]:
        """The row of a table of the brief that begins with this name."""
        return next(row for row in self.brief.rows if row and row[0].startswith(name))

    def key_figure(self, name: str) -> float:
        """A key figure that stands to the right of the Summary."""
        sheet = self.report.book["Summary"]
        line = next(row for row in sheet.iter_rows() if any(cell.value == name for cell in row))
        at = next(cell.column for cell in line if cell.value == name)
        return float(sheet.cell(line[0].row, at + 1).value)

    @cached_property
    def page(self) -> dict[str, str]:
        """The figures that head the run's page, each with what stands below it."""
        table = kept_table(open_run(self.run.folder), "figures")
        return {row.label: f"{row.value}; {row.context}; {row.alarm}" for row in table.itertuples()}

    @cached_property
    def said(self) -> dict[str, str]:
        """The last lines of `solve`, by their first word."""
        lines = summary_text(self.run).splitlines()
        return {name: rest.strip() for name, _, rest in (line.partition(" ") for line in lines)}

    @cached_property
    def json(self) -> dict[str, Any]:
        return summary(self.run)

    @cached_property
    def lines(self) -> pd.DataFrame:
        """The plan's ledger with what each line comes to: discounted, and undiscounted over all years; expected, M$."""
        nodes = self.plan.tables["nodes"].set_index("node")[["period", "years", "probability"]]
        lines = self.plan.tables["ledger"].join(nodes, on="node")
        once = lines["musd_per_year"] * lines["times"] if "times" in lines else lines["musd_per_year"]
        lines["present"] = lines["probability"] * lines["discounted_musd"]
        lines["yearly"] = lines["probability"] * once
        lines["paid"] = lines["yearly"] * lines["years"]
        return lines

    def of_terms(self, *terms: str) -> float:
        """M$ discounted of these cost terms."""
        return float(self.lines.loc[self.lines["term"].isin(terms), "present"].sum())

    def tons(self, table: str) -> pd.DataFrame:
        """The rows of a plan table with expected tons over all years of their node, as t."""
        nodes = self.plan.tables["nodes"].set_index("node")[["period", "years", "probability"]]
        rows = self.plan.tables[table].join(nodes, on="node")
        return rows.assign(t=rows["t_per_year"] * rows["years"] * rows["probability"])
