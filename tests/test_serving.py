"""The pages are safe wherever they are installed: who may open them, from where, and what a browser lets them do."""

import asyncio
import os
import re
import socket
import subprocess
import sys
import sysconfig
import time
import urllib.error
import urllib.request
import zipfile
from pathlib import Path

import pytest

pytest.importorskip("streamlit", reason="the pages need the extra `app`")
from planner.pages.serving.guard import HEADERS, Guard

ROOT = Path(__file__).resolve().parents[1]
TOKEN = "the right token"


class Asked:
    """One request to the guard: what it answered, and whether the pages were reached."""

    def __init__(self, path="/", token=TOKEN, kind="http", method="GET", origins=(), **headers):
        self.sent, self.reached = [], False
        path, _, query = path.partition("?")
        headers = {"host": "127.0.0.1:8501", **headers}
        scope = {
            "type": kind, "path": path, "query_string": query.encode(), "method": method,
            "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
        }  # fmt: skip
        asyncio.run(Guard(self.pages, token, lambda: frozenset(origins))(scope, None, self.send))

    async def pages(self, scope, receive, send):
        self.reached = True
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200, "headers": [(b"x-frame-options", b"ALLOW")]})
            await send({"type": "http.response.body", "body": b"the pages"})

    async def send(self, message):
        self.sent.append(message)

    @property
    def status(self):
        return self.sent[0].get("status", self.sent[0].get("code"))

    @property
    def headers(self):
        return {name.decode(): value.decode() for name, value in self.sent[0]["headers"]}


def cookie():
    return Asked("/?token=the+right+token").headers["set-cookie"].partition(";")[0]


def test_without_the_token_nothing_is_shown_but_what_to_do():
    for path in ("/", "/?token=wrong", "/?token=", "/_stcore/host-config", "/media/report.xlsx"):
        asked = Asked(path)
        assert (asked.status, asked.reached) == (403, False)
        assert b"ree-planner app" in asked.sent[1]["body"]


def test_the_token_becomes_a_cookie_and_leaves_the_address():
    asked = Asked("/runs?run=7&token=the+right+token&part=Cost")
    assert (asked.status, asked.headers["location"]) == (303, "/runs?run=7&part=Cost")
    assert "HttpOnly; SameSite=Lax" in asked.headers["set-cookie"]
    assert TOKEN not in asked.headers["set-cookie"]
    assert Asked("/runs", cookie=cookie()).reached


def test_the_address_it_turns_to_is_its_own():
    assert Asked("//evil.example/?token=the+right+token").headers["location"] == "/evil.example/"


def test_a_cookie_of_another_token_or_port_counts_for_nothing():
    assert not Asked("/", token="another token", cookie=cookie()).reached
    assert not Asked("/", host="127.0.0.1:8502", cookie=cookie()).reached
    assert not Asked("/", cookie="planner_8501=; planner_8501").reached


@pytest.mark.parametrize(
    ("origin", "reached"),
    [
        ("http://127.0.0.1:8501", True),
        ("http://127.0.0.1:9999", False),
        ("http://evil.example", False),
        ("null", False),
    ],
)
def test_a_websocket_is_opened_by_the_pages_own_origin_alone(origin, reached):
    """Another port of this machine sends the cookie too, so its origin tells it apart; so does an upload's."""
    asked = Asked("/_stcore/stream", kind="websocket", origin=origin, cookie=cookie())
    assert asked.reached == reached
    assert reached or asked.status == 1008
    assert Asked("/_stcore/upload_file/1", method="PUT", origin=origin, cookie=cookie()).reached == reached
    assert Asked("/_stcore/stream", kind="websocket", origin=origin, cookie=cookie(), origins=[origin]).reached


def test_a_websocket_needs_the_cookie():
    assert Asked("/_stcore/stream", kind="websocket", origin="http://127.0.0.1:8501").status == 1008


def test_where_no_token_is_wanted_none_is_asked_for_and_the_origin_still_counts():
    assert Asked("/", token="").reached
    assert not Asked("/_stcore/stream", token="", kind="websocket", origin="http://evil.example").reached


def test_every_answer_says_what_a_browser_may_do():
    for asked in (Asked("/"), Asked("/", cookie=cookie()), Asked("/_stcore/health"), Asked("/?token=the+right+token")):
        assert {name: asked.headers[name] for name in HEADERS} == HEADERS
    assert "frame-ancestors 'none'" in HEADERS["content-security-policy"]
    assert not re.search(r"https?:|\*", HEADERS["content-security-policy"])


def test_every_page_has_the_script_that_tells_of_a_dead_server_and_nothing_else_has_it():
    async def page(scope, receive, send):
        html = b"<html><body>a page</body></html>"
        headers = [(b"content-type", b"text/html"), (b"content-length", str(len(html)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": html[:20], "more_body": True})
        await send({"type": "http.response.body", "body": html[20:]})

    def body_of(path):
        sent = []

        async def send(message):
            sent.append(message)

        scope = {"type": "http", "path": path, "method": "GET", "headers": [(b"host", b"127.0.0.1:8501")]}
        asyncio.run(Guard(page, "")(scope, None, send))
        length = dict(sent[0]["headers"])[b"content-length"]
        body = b"".join(message["body"] for message in sent[1:])
        assert int(length) == len(body)
        return body

    assert body_of("/runs") == b'<html><body>a page<script src="/planner-watch.js"></script></body></html>'
    assert b"script" not in body_of("/media/report.html")
    assert b"does not answer" in body_of("/planner-watch.js")


# Installed elsewhere --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The python of an environment that has the wheel, and of everything else what this one has."""
    pytest.importorskip("hatchling", reason="hatchling builds the wheel")
    place = tmp_path_factory.mktemp("installed")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(place / "dist")]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(place / "venv")], check=True)
    python = place / "venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    asked = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site = Path(subprocess.run([python, "-c", asked], capture_output=True, text=True, check=True).stdout.strip())
    with zipfile.ZipFile(next((place / "dist").glob("*.whl"))) as wheel:
        wheel.extractall(site)
    (site / "others.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return python


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answer(address):
    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_):
            return None

    try:
        with urllib.request.build_opener(Stay).open(address, timeout=5) as response:
            return response.status, dict(response.headers)
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers)


@pytest.fixture(scope="module")
def elsewhere(installed, tmp_path_factory):
    """The installed pages, served from a folder that holds a trap: a package named `models` and a config of its own."""
    place = tmp_path_factory.mktemp("elsewhere")
    for name in ("models", "planner"):
        (place / name).mkdir()
        (place / name / "__init__.py").write_text("raise SystemExit('a trap')", encoding="utf-8")
    (place / ".streamlit").mkdir()
    (place / ".streamlit" / "config.toml").write_text('[server]\naddress = "0.0.0.0"\n', encoding="utf-8")
    port = free_port()
    command = [installed, "-P", "-m", "planner.cli.start", "app", "--no-browser", "--port", str(port)]
    env = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "PLANNER_TOKEN"}}
    with (place / "log").open("w") as log:
        server = subprocess.Popen(command, cwd=place, env=env, stdout=log, stderr=log, start_new_session=True)
    try:
        for _ in range(600):
            if "token=" in (place / "log").read_text() or server.poll() is not None:
                break
            time.sleep(0.2)
        yield place, port
    finally:
        os.killpg(server.pid, 15)
        server.wait(30)


def listening_on(port):
    """The addresses at which somebody listens on a port, from the system's own table."""
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            address, _, at = fields[1].partition(":")
            if fields[3] == "0A" and int(at, 16) == port:
                found.add(address)
    return found


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks at Linux's table of sockets")
def test_an_installed_wheel_listens_on_this_machine_alone_with_a_token_and_its_headers(elsewhere):
    place, port = elsewhere
    log = (place / "log").read_text()
    token = re.search(r"token=([\w-]+)", log)
    assert token, log
    assert listening_on(port) == {"0100007F"}
    status, headers = answer(f"http://127.0.0.1:{port}/")
    assert status == 403
    assert {name: {k.lower(): v for k, v in headers.items()}[name] for name in HEADERS} == HEADERS
    assert answer(f"http://127.0.0.1:{port}/?token={token[1]}")[0] == 303
    assert "a trap" not in log


@pytest.mark.slow
def test_an_installed_wheel_carries_its_pages_configuration(installed):
    asked = (
        "import sys; sys.argv = ['x']; from pathlib import Path; import planner.pages.serving as s;"
        "from streamlit import config; config._main_script_path = str(Path(s.__file__).with_name('__main__.py'));"
        "print([config.get_option(o) for o in ('server.address', 'browser.gatherUsageStats', 'client.showErrorDetails',"
        " 'server.maxUploadSize', 'server.allowedHosts', 'server.fileWatcherType')])"
    )
    ran = subprocess.run([installed, "-P", "-c", asked], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "['127.0.0.1', False, 'none', 50, ['localhost', '127.0.0.1'], 'none']"


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="modes are those of Unix")
def test_a_detached_run_of_an_installed_wheel_works_beside_a_folder_named_models_and_keeps_its_files_to_its_owner(
    installed, elsewhere, tmp_path
):
    from cases import write_workbook

    place, _ = elsewhere
    case = write_workbook(tmp_path / "case.xlsx")
    script = (
        "import sys, time\nfrom planner.runs.store import RunStore\n"
        "store = RunStore(sys.argv[1])\nrun = store.create(sys.argv[2])\nstore.launch(run.id)\n"
        "while store.get(run.id).waiting: time.sleep(0.2)\n"
        "print(store.get(run.id).state, store.get(run.id).message)"
    )
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    command = [installed, "-P", "-c", script, str(tmp_path / "runs"), str(case)]
    ran = subprocess.run(command, cwd=place, env=env, capture_output=True, text=True, timeout=300, check=False)
    assert ran.stdout.split()[:1] == ["done"], ran.stdout + ran.stderr
    run = next((tmp_path / "runs").glob("2*"))
    folders = [
        tmp_path / "runs",
        run,
        *(path for path in run.rglob("*") if path.is_dir() and "input" not in path.parts),
    ]
    by_the_worker = [tmp_path / "runs" / "runs.sqlite", run / "manifest.json", run / "report.xlsx", *run.glob("plan/*")]
    for path in folders + by_the_worker:
        assert path.stat().st_mode & 0o077 == 0, f"{path} can be read by others"
