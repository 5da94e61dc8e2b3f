"""Two machines with one PostgreSQL database, and the nginx of ``deploy/`` before both; a browser can ask either of them."""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from lxml.html import FormElement, document_fromstring

from tests.databases import PASSWORD
from tests.server.nginx import SITE, deployed_settings
from tests.server.process import TIMEOUT_SECONDS, ServerProcess, free_port
from tests.web_client import SECRET_KEY

FORM_TYPE = "application/x-www-form-urlencoded"


class Machine:
    """A machine on which the server runs, with its own data folder; both have the same settings."""

    def __init__(self, folder: Path, url: str) -> None:
        folder.mkdir()
        self.folder, self.port = folder, free_port()
        self._settings = {
            **deployed_settings(),
            "COGWG_DATABASE_URL": url,
            "COGWG_SECRET_KEY": SECRET_KEY,
            "COGWG_DATA": str(folder),
            "COGWG_ACCESS_LOG": "1",
            "COGWG_WORKERS": "1",
        }
        self.start()

    def start(self) -> None:
        """Start the server, with an empty log; ``wait`` for it before asking it."""
        self.served = ServerProcess("serve", "--today", "2020-09-24", cwd=self.folder, port=self.port, **self._settings)

    def wait(self) -> Machine:
        self.served.wait_until_ready()
        return self

    @property
    def log(self) -> str:
        """What the server has logged since it was started."""
        return self.served.output


@dataclass(frozen=True)
class Answer:
    """A response of a machine to a request for a path."""

    path: str
    status: int
    location: str
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    def form(self, action_end: str) -> FormElement:
        """Return the form that sends something to an address whose path ends so."""
        forms = [form for form in document_fromstring(self.text).forms if form.method == "POST"]
        for form in forms:
            form.action = form.action or self.path
        (form,) = [form for form in forms if urlsplit(form.action).path.endswith(action_end)]
        return form


class Browser:
    """A browser of one person, whose requests reach either machine as nginx passes them on."""

    def __init__(self, address: str = "198.51.100.9") -> None:
        self.address = address
        self._cookies: dict[str, str] = {}

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self._cookies.items())

    def get(self, machine: Machine, path: str) -> Answer:
        return self._ask(machine, "GET", path, b"", {})

    def post(self, machine: Machine, path: str, fields: Mapping[str, str]) -> Answer:
        return self._ask(machine, "POST", path, urlencode(fields).encode(), {"Content-Type": FORM_TYPE})

    def submit(self, machine: Machine, form: FormElement, **typed: str) -> Answer:
        """Send a form, which the other machine may have made; a field is named without the prefix of its form."""
        fields = {name: value or "" for name, value in form.form_values()}
        for name, value in typed.items():
            (full,) = [each for each in form.fields if each == name or each.endswith(f"-{name}")] or [name]
            fields[full] = value
        return self.post(machine, form.action, fields)

    def upload(self, machine: Machine, path: str, fields: Mapping[str, str], file: bytes) -> Answer:
        """Send a workbook with these fields."""
        parts = [f'--edge\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n'.encode() for n, v in fields.items()]
        head = b'--edge\r\nContent-Disposition: form-data; name="file"; filename="a.xlsx"\r\n\r\n'
        body = b"".join(parts) + head + file + b"\r\n--edge--\r\n"
        return self._ask(machine, "POST", path, body, {"Content-Type": "multipart/form-data; boundary=edge"})

    def _ask(self, machine: Machine, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", machine.port, timeout=TIMEOUT_SECONDS)
        passed = {"Host": SITE, "X-Forwarded-Host": SITE, "X-Forwarded-For": self.address, "X-Forwarded-Proto": "https"}
        sent = {"Origin": f"https://{SITE}", "Referer": f"https://{SITE}{path}", "Sec-Fetch-Site": "same-origin"}
        try:
            connection.request(method, path, body, {**passed, **sent, "Cookie": self.cookie, **headers})
            answer = connection.getresponse()
            for cookie in answer.headers.get_all("Set-Cookie") or []:
                name, _, value = cookie.partition(";")[0].partition("=")
                self._cookies[name] = value
            return Answer(path, answer.status, answer.headers.get("Location", ""), answer.read())
        finally:
            connection.close()

    def enter_password(self, machine: Machine, email: str, password: str = PASSWORD) -> Answer:
        """Fill in the sign-in form of this machine."""
        form = self.get(machine, "/en/sign-in").form("/sign-in")
        return self.submit(machine, form, email=email, password=password)

    def is_signed_in(self, machine: Machine) -> bool:
        return self.get(machine, "/en/my-updates").status == 200
