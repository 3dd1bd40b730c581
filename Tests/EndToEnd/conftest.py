"""A whole PT Hub for the tests: the demo on a free port with data of its own, and a browser."""

import os
import pathlib
import re
import signal
import subprocess
import tempfile

import pytest
import requests
from playwright.sync_api import sync_playwright

ROOT = pathlib.Path(__file__).resolve().parents[2]
PTHUB = os.environ.get("PTHUB_EXECUTABLE", str(ROOT / ".build/release/pthub"))
SCREENSHOTS = pathlib.Path(os.environ.get("PTHUB_SCREENSHOTS", tempfile.gettempdir() + "/pthub-screenshots"))
SIZES = {"desktop": {"width": 1280, "height": 800}, "phone": {"width": 390, "height": 844}}


class Hub:
    """The running server and the two demo accounts."""

    def __init__(self, url, page, trainer, client):
        self.url, self.page, self.trainer, self.client = url, page, trainer, client
        self.clip = page.rsplit("/", 1)[1]

    def session(self, account):
        """A requests session that is signed in by bearer token."""
        answer = requests.post(f"{self.url}/api/v1/session", json=dict(zip(("email", "password"), account)))
        assert answer.status_code == 201, answer.text
        session = requests.Session()
        session.headers["Authorization"] = f"Bearer {answer.json()['token']}"
        return session


def data_folder():
    """A folder that the database's own user can reach."""
    folder = tempfile.mkdtemp(prefix="pthub-e2e-")
    os.chmod(folder, 0o755)
    return folder


@pytest.fixture(scope="session")
def hub():
    environment = {**os.environ, "PTHUB_DATA": data_folder(), "PTHUB_DATABASE_URL": ""}
    process = subprocess.Popen([PTHUB, "demo", "--port", "0"], cwd=ROOT, env=environment, text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    output = ""
    for line in process.stdout:
        output += line
        if "Running until" in line:
            break
    page = re.search(r"Feedback page\s+(\S+)", output)
    assert page, f"the demo did not come up:\n{output}"
    accounts = dict((who, (email, password)) for who, email, password in
                    re.findall(r"as (\w+)\s+(\S+)\s+password (\S+)", output))
    yield Hub(page[1].split("/clips/")[0], page[1], accounts["trainer"], accounts["client"])
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=60) == 0, "the demo did not stop cleanly"


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(params=SIZES, ids=list(SIZES))
def size(request):
    return request.param


@pytest.fixture
def open_page(chromium, hub, request):
    """Opens a page of a size, signed in as an account if one is given; fails on any script error."""
    contexts, errors = [], []

    def open_as(account=None, size="desktop", dark=False):
        context = chromium.new_context(
            viewport=SIZES[size], color_scheme="dark" if dark else "light", base_url=hub.url)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        if account:
            page.goto("/sign-in")
            page.fill("#email", account[0])
            page.fill("#password", account[1])
            page.click("button[type=submit]")
            page.wait_for_url(hub.url + "/")
        return page

    yield open_as
    for context in contexts:
        context.close()
    assert not errors


def screenshot(page, name):
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)
