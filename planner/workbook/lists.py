"""Drop-downs fed from other sheets.

Where one column of unique names is meant, the drop-down takes it as it is. Where several columns or repeated names are
meant, the hidden sheet `Lists` gathers them by formula, so that a name added later appears by itself. Fixed words that
are too long together for a rule are listed there too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xlsxwriter.utility import quote_sheetname, xl_col_to_name

from planner.workbook.looks import ColumnLook, SheetLook, Source

NAME = "Lists"
FURTHEST = 2_000
LONGEST = 250
MOST_LETTERS = 255  # of a drop-down's words with their commas, as Excel has it


class Lists:
    """Makes the drop-downs of a workbook, and the hidden sheet some of them need."""

    def __init__(self, book: Any, looks: Mapping[str, SheetLook]) -> None:
        self.book, self.looks = book, looks
        self.made: dict[tuple[str | Source, ...], str] = {}
        self.ranked: dict[Source, str] = {}
        self.sheet: Any = None
        self.columns = 0

    def rule(self, column: ColumnLook) -> dict[str, Any] | None:
        """The data validation of a column that needs cells to choose from; None for any other column."""
        words = (column.rule or {}).get("source")
        if isinstance(words, list) and len(",".join(words)) > MOST_LETTERS:
            return {**(column.rule or {}), "source": self._words(words)}
        options = column.choose_from
        sources = [option for option in options if isinstance(option, Source)]
        if not sources or any(source.sheet not in self.looks for source in sources):
            return None
        if len(options) == 1 and sources[0].unique:
            formula = self._direct(sources[0])
        else:
            if options not in self.made:
                self.made[options] = self._gathered(options)
            formula = self.made[options]
        where = " or ".join(f"{source.sheet}, column {source.column}" for source in sources)
        return {
            "validate": "list",
            "source": formula,
            "error_type": "warning",
            "error_title": column.name[:32],
            "error_message": f"This name does not stand on the sheet {where}."[:255],
        }

    def _words(self, words: list[str]) -> str:
        """A column of the hidden sheet with these words."""
        place, letter = self._next()
        self.sheet.write_number(0, place, len(words))
        for row, word in enumerate(words):
            self.sheet.write_string(row + 1, place, word)
        return f"={NAME}!${letter}$2:${letter}${len(words) + 1}"

    def _range(self, source: Source, furthest: int = FURTHEST) -> str:
        look = self.looks[source.sheet]
        letter = xl_col_to_name([column.name for column in look.columns].index(source.column))
        return f"{quote_sheetname(source.sheet)}!${letter}$2:${letter}${furthest}"

    def _direct(self, source: Source) -> str:
        cells = self._range(source)
        first = cells.split(":", maxsplit=1)[0]
        return f"=OFFSET({first},0,0,MAX(1,COUNTA({cells})),1)"

    def _gathered(self, options: tuple[str | Source, ...]) -> str:
        """A column of the hidden sheet: fixed words, then each source; how many there are stands in its first row."""
        fixed = [option for option in options if isinstance(option, str)]
        parts = [(self._range(s), self._ranks(s), self._values(s)) for s in options if isinstance(s, Source)]
        place, letter = self._next()
        values = [*fixed, *(value for _, _, names in parts for value in names)]
        counts = [str(len(fixed)), *(f"${ranks}$1" for _, ranks, _ in parts)]
        self.sheet.write_formula(0, place, f"={'+'.join(counts)}", None, len(values))
        for row in range(LONGEST):
            if row < len(fixed):
                self.sheet.write_string(row + 1, place, fixed[row])
                continue
            formula = '""'
            for number, (cells, ranks, _) in reversed(list(enumerate(parts))):
                rank = f"{row + 1}-{'-'.join(counts[: number + 1])}"
                where = f"${ranks}$2:${ranks}${LONGEST + 1}"
                formula = f"IF({rank}<=${ranks}$1,INDEX({cells},MATCH({rank},{where},0)),{formula})"
            self.sheet.write_formula(row + 1, place, f"={formula}", None, values[row] if row < len(values) else "")
        return f"=OFFSET({NAME}!${letter}$2,0,0,MAX(1,MIN({LONGEST},{NAME}!${letter}$1)),1)"

    def _ranks(self, source: Source) -> str:
        """The letter of a column that numbers a source's distinct names in order, and is blank beside the others."""
        if source not in self.ranked:
            place, letter = self._next()
            column = self._range(source).split("!")[1].split("$")[1]
            sheet = quote_sheetname(source.sheet)
            seen: set[str] = set()
            rows = [str(value) for value in self._raw(source)]
            self.sheet.write_formula(
                0, place, f"=MAX({letter}2:{letter}{LONGEST + 1})", None, len(self._values(source))
            )
            for row in range(LONGEST):
                cell, cells = f"{sheet}!${column}{row + 2}", f"{sheet}!${column}$2:${column}{row + 2}"
                before = f"MAX({letter}$2:{letter}{row + 1})" if row else "0"
                formula = f'=IF({cell}="","",IF(COUNTIF({cells},{cell})=1,{before}+1,""))'
                value: Any = ""
                if row < len(rows) and rows[row] and rows[row].casefold() not in seen:
                    seen.add(rows[row].casefold())
                    value = len(seen)
                self.sheet.write_formula(row + 1, place, formula, None, value)
            self.ranked[source] = letter
        return self.ranked[source]

    def _raw(self, source: Source) -> list[Any]:
        look = self.looks[source.sheet]
        place = [column.name for column in look.columns].index(source.column)
        return ["" if row[place] is None else row[place] for row in look.rows[:LONGEST]]

    def _values(self, source: Source) -> list[str]:
        distinct: dict[str, str] = {}
        for value in self._raw(source):
            if value != "":
                distinct.setdefault(str(value).casefold(), str(value))
        return list(distinct.values())

    def _next(self) -> tuple[int, str]:
        """A new column of the hidden sheet: its place and letter."""
        if self.sheet is None:
            self.sheet = self.book.add_worksheet(NAME)
            self.sheet.hide()
        self.columns += 1
        return self.columns - 1, str(xl_col_to_name(self.columns - 1))

    def close(self) -> None:
        """Say on the hidden sheet what it is for."""
        if self.sheet is not None:
            self.sheet.write_string(LONGEST + 2, 0, "The drop-downs of the other sheets come from here.")
