"""A PT Hub of its own for a test: server, worker and accounts, started by the operators' commands."""

import os
import pathlib
import re
import signal
import socket
import subprocess

import requests

from conftest import PTHUB, ROOT, data_folder

PASSWORD = "a long enough password"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Service:
    """`pthub serve` on a free port over a private database, and `pthub work` if asked for."""

    def __init__(self, **environment):
        self.environment = {**os.environ, "PTHUB_DATA": data_folder(), "PTHUB_DATABASE_URL": "", **environment}
        self.processes = []

    def start(self, port=0):
        process = self.spawn("serve", "--port", str(port))
        self.log = ""
        for line in process.stdout:
            self.log += line
            if found := re.search(r"url=(http://\S+?)/?\s", line + " "):
                self.url = found[1]
                break
        assert getattr(self, "url", None), f"the server did not come up:\n{self.log}"
        return self

    def work(self):
        self.spawn("work", stdout=subprocess.DEVNULL)
        return self

    def spawn(self, *arguments, stdout=subprocess.PIPE):
        log = open(self.environment["PTHUB_DATA"] + f"/{arguments[0]}.log", "w") if stdout != subprocess.PIPE else None
        process = subprocess.Popen([PTHUB, *arguments], cwd=ROOT, env=self.environment, text=True,
                                   stdout=log or stdout, stderr=subprocess.STDOUT)
        self.processes.append(process)
        return process

    def run(self, *arguments, given=""):
        return subprocess.run([PTHUB, *arguments], cwd=ROOT, env=self.environment, input=given, text=True,
                              capture_output=True, check=True).stdout

    def user(self, email, role, first="", last=""):
        """Adds a person by the operator's command; their session."""
        self.run("user", "add", email, "--role", role, "--first", first, "--last", last, given=PASSWORD + "\n")
        return self.session(email)

    def session(self, email, password=PASSWORD):
        answer = requests.post(f"{self.url}/api/v1/session", json={"email": email, "password": password})
        assert answer.status_code == 201, answer.text
        return self.signed_in(answer.json()["token"])

    def signed_in(self, token):
        return Client(self.url, token)

    def socket(self):
        """The folder of the private database's socket."""
        options = pathlib.Path(self.environment["PTHUB_DATA"], "postgres/data/postmaster.opts").read_text()
        return re.search(r"[\s'\"]-k[\s'\"]+(/[^'\"\s]+)", options)[1]

    def sql(self, statement):
        """Asks the private database itself."""
        return subprocess.run(["psql", "-h", self.socket(), "-U", "pthub", "-d", "pthub", "-Atc", statement],
                              capture_output=True, text=True, check=True).stdout.strip()

    def stop(self):
        for process in reversed(self.processes):
            process.send_signal(signal.SIGTERM)
        for process in self.processes:
            process.wait(timeout=60)


class Client(requests.Session):
    """A requests session with the server's address and a bearer token."""

    def __init__(self, url, token=None):
        super().__init__()
        self.base = url
        if token:
            self.headers["Authorization"] = f"Bearer {token}"

    def request(self, method, url, **options):
        options.setdefault("timeout", 30)
        return super().request(method, self.base + url if url.startswith("/") else url, **options)

    @property
    def me(self):
        return self.get("/api/v1/me").json()["id"]


class MailServer:
    """A real SMTP server that keeps what it gets."""

    def __init__(self):
        from aiosmtpd.controller import Controller

        self.messages = []
        self.refusals = 0
        self.port = free_port()
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()

    async def handle_DATA(self, server, session, envelope):
        import email
        import email.policy

        if self.refusals > 0:
            self.refusals -= 1
            return "451 try again later"
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.messages.append((envelope.rcpt_tos, message))
        return "250 OK"

    @property
    def environment(self):
        return {"PTHUB_MAIL_COMMAND": f"msmtp --host=127.0.0.1 --port={self.port} --from=hub@pthub.example",
                "PTHUB_MAIL_FROM": "hub@pthub.example"}

    def stop(self):
        self.controller.stop()
