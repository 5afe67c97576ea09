"""A hundred and twenty hostile files: bombs, links, devices, pipes, holes, each made where it is wanted."""

import io
import os
import socket
import zipfile
from pathlib import Path

from cases import write_workbook


def zipped(parts, target, level=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(target, "w", level) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target


def sheet(rows):
    head = (
        '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    )
    return head + rows + "</sheetData></worksheet>"


def replaced(place, part, content):
    """A good workbook with one part replaced."""
    good = write_workbook(place / "good.xlsx")
    with zipfile.ZipFile(good) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[next(name for name in parts if name.endswith(part))] = content
    return zipped(parts, place / "case.xlsx")


LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + k)} "{f"&{chr(97 + k)};" * 10}">' for k in range(9))
    + "]><x>&j;</x>"
)
WHERE = "xl/worksheets/sheet1.xml"


def bomb_cells(place, count):
    row = f"<row>{'<c><v>1</v></c>' * 1_000}</row>"
    return replaced(place, "sheet1.xml", sheet(row * count))


def nested(place, depth):
    content = b"x" * 1_000_000
    for _ in range(depth):
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("inner.zip", content)
        content = target.getvalue()
    return replaced(place, "sheet1.xml", content)


def folder_with(place, make, name="tariffs.csv"):
    folder = place / "case"
    folder.mkdir()
    (folder / "periods.csv").write_text("period,years\n2026,1\n", encoding="utf-8")
    make(folder / name)
    return folder


def sparse(size):
    def make(path):
        with path.open("wb") as file:
            file.truncate(size)

    return make


def pipe(path):
    os.mkfifo(path)


def device(path):
    path.symlink_to("/dev/zero")


def endless(path):
    path.symlink_to("/dev/urandom")


def loop(path):
    path.symlink_to(path.name)


def broken(path):
    path.symlink_to("nowhere")


def unix_socket(path):
    here = Path.cwd()
    os.chdir(path.parent)  # the system takes short names only
    try:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(path.name)
    finally:
        os.chdir(here)


def long_line(size):
    return lambda path: path.write_bytes(b"a," * size + b"\n")


def many_rows(count):
    return lambda path: path.write_bytes(b"authority,origin,rate\n" + b"x,*,0.1\n" * count)


def quotes(path):
    path.write_bytes(b'"' * 3_000_001)


def nulls(path):
    path.write_bytes(b"\0" * 3_000_000)


IN_A_FOLDER = {
    "a pipe": pipe, "a device": device, "an endless device": endless, "a link to itself": loop,
    "a broken link": broken, "a socket": unix_socket, "a folder": Path.mkdir, "a hole of 1 GB": sparse(10**9),
    "a hole of 100 GB": sparse(10**11), "a line of a million cells": long_line(10**6),
    "a line of ten million cells": long_line(10**7), "half a million rows": many_rows(500_000), "quotes": quotes,
    "zeros": nulls,
}  # fmt: skip
NAMES = ("tariffs.csv", "tariffs.CSV", "offers.csv", "unknown.csv")
AS_A_FILE = {
    "a pipe": pipe, "a device": device, "a link to itself": loop, "a broken link": broken, "a socket": unix_socket,
    "a hole of 1 GB": sparse(10**9), "a hole of 40 MB": sparse(40 * 10**6), "nothing": Path.touch,
    "zeros": nulls, "text": lambda path: path.write_text("no workbook"), "half a zip": lambda path: path.write_bytes(
        b"PK\3\4" + b"\0" * 2000),
}  # fmt: skip
WORKBOOKS = {
    "a thousand laughs in a sheet": lambda place: replaced(place, "sheet1.xml", LAUGHS),
    "a thousand laughs in the workbook": lambda place: replaced(place, "workbook.xml", LAUGHS),
    "a thousand laughs in the styles": lambda place: replaced(place, "styles.xml", LAUGHS),
    "an entity from outside": lambda place: replaced(
        place, "sheet1.xml", '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'
    ),
    "zeros in a sheet, 300 MB": lambda place: replaced(place, "sheet1.xml", b"\0" * 300_000_000),
    "spaces in a sheet, 200 MB": lambda place: replaced(place, "sheet1.xml", sheet(" " * 200_000_000)),
    "one text of 100 MB": lambda place: replaced(
        place, "sheet1.xml", sheet(f'<row><c t="inlineStr"><is><t>{"x" * 100_000_000}</t></is></c></row>')
    ),
    "a million cells in one row": lambda place: replaced(
        place, "sheet1.xml", sheet("<row>" + "<c><v>1</v></c>" * 1_000_000 + "</row>")
    ),
    "three million cells": lambda place: bomb_cells(place, 3_000),
    "as many cells as unpack to 20 MB": lambda place: bomb_cells(place, 1_245),
    "a tree a hundred thousand deep": lambda place: replaced(
        place, "sheet1.xml", sheet("<row>" * 100_000 + "</row>" * 100_000)
    ),
    "five zips in each other": lambda place: nested(place, 5),
    "fifty zips in each other": lambda place: nested(place, 50),
    "two thousand parts": lambda place: zipped({f"xl/part{n}.xml": "x" for n in range(2000)}, place / "case.xlsx"),
    "two parts of one name": lambda place: zipped({WHERE: "x"}, place / "case.xlsx"),
    "a part that climbs out": lambda place: zipped({"../../../tmp/out.xml": "x"}, place / "case.xlsx"),
    "a zip without compression, 60 MB": lambda place: zipped(
        {WHERE: b"x" * 60_000_000}, place / "case.xlsx", zipfile.ZIP_STORED
    ),
}


def hostile():
    for what, make in IN_A_FOLDER.items():
        for name in NAMES:
            yield f"{what} as {name}", lambda place, make=make, name=name: folder_with(place, make, name)
    for what, make in AS_A_FILE.items():
        for name in ("case.xlsx", "case.XLSX", "case.csv"):
            yield f"{what} as {name}", lambda place, make=make, name=name: (make(place / name), place / name)[1]
    for what, make in WORKBOOKS.items():
        yield what, make
        yield f"{what}, cut in half", lambda place, make=make: halved(make(place))


def halved(path):
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    return path
