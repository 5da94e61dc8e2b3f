"""An OpenID Connect provider as a process of its own, on authlib's server, which can also answer wrongly.

``python -m tests.openid_provider --port 9400`` runs it for trying things out: its sign-in page lists the demo's people. Tests
start it by ``tests.web.openid`` and set its people, its clock and its fault by ``PUT /control``.
"""

from __future__ import annotations

import argparse
import os
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # authlib's server refuses http otherwise, also on loopback

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import grants
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import OpenIDCode
from authlib.oidc.core.util import create_half_hash
from flask import Flask, Response, jsonify, render_template_string, request
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from werkzeug.serving import make_server

CLIENT_ID, CLIENT_SECRET = "cogwg", "a secret/for+tests&only"
SLOW_SECONDS = 30.0
DEMO_NAMES = ("secretariat", "chair", "ontario", "quebec", "reader")
SIGN_IN_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,"><title>Test provider</title><h1>Test provider</h1><form method="post">
{% for subject, person in people.items() %}
<p><button name="subject" value="{{ subject }}">{{ person.email or subject }}</button></p>
{% endfor %}<p><button name="subject" value="">Cancel</button></p></form></html>"""


@dataclass
class Person:
    """A person of the provider, as authlib's user."""

    subject: str
    email: str = ""
    email_verified: bool = True

    def get_user_id(self) -> str:
        return self.subject

    @property
    def claims(self) -> dict[str, Any]:
        return {"email": self.email, "email_verified": self.email_verified} if self.email else {}


@dataclass
class Code:
    """An authorization code that was issued."""

    code: str
    person: Person
    redirect_uri: str
    scope: str
    nonce: str
    code_challenge: str
    code_challenge_method: str

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str:
        return self.nonce

    def get_auth_time(self) -> None:
        return None


@dataclass
class State:
    """What the provider knows. ``fault`` names what is wrong with its answers; ``seconds_ahead`` shifts its clock."""

    issuer: str
    redirect_uris: tuple[str, ...] = ()
    people: dict[str, Person] = field(default_factory=dict)
    fault: str = ""
    seconds_ahead: float = 0.0
    codes: dict[str, Code] = field(default_factory=dict)
    access_tokens: dict[str, Person] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "1", "use": "sig"}))


class Client:
    """This site as a client of the provider."""

    def __init__(self, state: State) -> None:
        self.state = state

    def get_client_id(self) -> str:
        return CLIENT_ID

    def get_default_redirect_uri(self) -> str | None:
        return None

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri in self.state.redirect_uris

    def check_client_secret(self, client_secret: str) -> bool:
        return secrets.compare_digest(client_secret, CLIENT_SECRET)

    def check_endpoint_auth_method(self, method: str, _endpoint: str) -> bool:
        return method == ("client_secret_post" if self.state.fault == "secret in the form" else "client_secret_basic")

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


class CodeGrant(grants.AuthorizationCodeGrant):  # type: ignore[misc]
    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic", "client_secret_post"]
    state: State

    def save_authorization_code(self, code: str, asked: Any) -> None:
        data = asked.payload.data
        self.state.codes[code] = Code(
            code,
            asked.user,
            asked.payload.redirect_uri,
            asked.payload.scope,
            data.get("nonce", ""),
            data["code_challenge"],
            data["code_challenge_method"],
        )

    def query_authorization_code(self, code: str, _client: Client) -> Code | None:
        return self.state.codes.get(code)

    def delete_authorization_code(self, authorization_code: Code) -> None:
        if self.state.fault != "codes work twice":
            self.state.codes.pop(authorization_code.code, None)

    def authenticate_user(self, authorization_code: Code) -> Person:
        return authorization_code.person


class IDTokens(OpenIDCode):  # type: ignore[misc]
    """The ID tokens, right or wrong."""

    def __init__(self, state: State) -> None:
        super().__init__(require_nonce=True)
        self.state = state

    def exists_nonce(self, nonce: str, _request: Any) -> bool:
        return any(code.nonce == nonce for code in self.state.codes.values())

    def encode_id_token(self, token: dict[str, Any], asked: Any) -> str:
        state, now = self.state, int(time.time() + self.state.seconds_ahead)
        person: Person = asked.user
        claims: dict[str, Any] = {
            "iss": state.issuer,
            "sub": person.subject,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "nonce": asked.authorization_code.nonce,
            "at_hash": create_half_hash(token["access_token"], "RS256").decode(),
        }
        if state.fault not in ("address elsewhere", "address of another"):
            claims |= person.claims
        claims |= {
            "wrong nonce": {"nonce": "another"},
            "no nonce": {"nonce": None},
            "wrong audience": {"aud": "another-site"},
            "audience of another party": {"aud": [CLIENT_ID, "another-site"], "azp": "another-site"},
            "wrong issuer": {"iss": f"{state.issuer}/another"},
            "expired": {"iat": now - 3600, "exp": now - 600},
            "from the future": {"iat": now + 3600, "exp": now + 7200},
            "no subject": {"sub": None},
            "another access token": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
            "verified as text": {"email_verified": "true"},
        }.get(state.fault, {})
        claims = {name: value for name, value in claims.items() if value is not None}
        if state.fault == "unsigned":
            return str(jwt.encode({"alg": "none"}, claims, None, ["none"]))
        if state.fault == "signed with the client secret":
            return str(jwt.encode({"alg": "HS256", "kid": "1"}, claims, OctKey.import_key(CLIENT_SECRET)))
        key = RSAKey.generate_key(2048, {"kid": "1"}) if state.fault == "another key" else state.key
        return str(jwt.encode({"alg": "RS256", "kid": "1"}, claims, key))


def create_provider(state: State) -> Flask:
    """Return the provider as an application."""
    app = Flask(__name__)
    server = AuthorizationServer(app, lambda id_: Client(state) if id_ == CLIENT_ID else None, _keep_token(state))
    server.register_grant(type("Grant", (CodeGrant,), {"state": state}), [CodeChallenge(required=True), IDTokens(state)])

    @app.before_request
    def note_or_fail() -> Response | None:
        state.requests.append(request.path)
        place = "discovery" if request.path.startswith("/.well-known") else request.path.strip("/")
        if state.fault == f"slow {place}":
            time.sleep(SLOW_SECONDS)
        if state.fault == f"trickling {place}":
            return Response(_trickle(), mimetype="application/json")
        if state.fault == f"rubbish from {place}":
            return Response("<html>Maintenance</html>", mimetype="text/html")
        if state.fault == f"list from {place}":
            return jsonify(["not", "an", "object"])
        if state.fault == f"huge {place}":
            return Response(b"[" + b" " * 2_000_000 + b"]", mimetype="application/json")
        if state.fault == f"failing {place}":
            return Response("", 500)
        if state.fault == f"redirecting {place}":
            return Response("", 302, {"Location": f"{state.issuer}/elsewhere"})
        return None

    @app.get("/.well-known/openid-configuration")
    def configuration() -> Response:
        values = {
            "issuer": f"{state.issuer}/another" if state.fault == "another issuer" else state.issuer,
            "authorization_endpoint": f"{state.issuer}/authorize",
            "token_endpoint": f"{state.issuer}/token",
            "jwks_uri": "http://keys.example.ca/" if state.fault == "keys without https" else f"{state.issuer}/keys",
            "userinfo_endpoint": f"{state.issuer}/userinfo",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }
        if state.fault == "secret in the form":
            values["token_endpoint_auth_methods_supported"] = ["client_secret_post"]
        if state.fault == "no addresses":
            del values["token_endpoint"]
        return jsonify(values)

    @app.get("/keys")
    def keys() -> Response:
        public = {**state.key.as_dict(private=False), **({"kty": "?"} if state.fault == "odd keys" else {})}
        return jsonify({"keys": [] if state.fault == "no keys" else [public]})

    @app.route("/authorize", methods=["GET", "POST"])
    def authorize() -> Any:
        try:
            grant = server.get_consent_grant(end_user=None)
        except OAuth2Error as error:
            return Response(f"{error.error}: {error.description}", 400)
        if request.method == "GET":
            return render_template_string(SIGN_IN_PAGE, people=state.people)
        person = state.people.get(request.form["subject"])
        return server.create_authorization_response(grant=grant, grant_user=person)

    @app.post("/token")
    def token() -> Any:
        return server.create_token_response()

    @app.get("/userinfo")
    def userinfo() -> Response:
        person = state.access_tokens.get(request.headers.get("Authorization", "").removeprefix("Bearer "))
        if person is None:
            return Response("", 401)
        return jsonify({"sub": "another" if state.fault == "address of another" else person.subject, **person.claims})

    @app.put("/control")
    def control() -> Response:
        values = request.get_json()
        if "people" in values:
            state.people = {subject: Person(subject, **about) for subject, about in values["people"].items()}
        state.fault = values.get("fault", state.fault)
        state.seconds_ahead = values.get("seconds_ahead", state.seconds_ahead)
        state.redirect_uris = tuple(values.get("redirect_uris", state.redirect_uris))
        asked, state.requests = state.requests, []
        return jsonify(asked)

    return app


def _keep_token(state: State) -> Any:
    def keep(token: dict[str, Any], asked: Any) -> None:
        state.access_tokens[token["access_token"]] = asked.user

    return keep


def _trickle() -> Iterator[bytes]:
    for _ in range(int(SLOW_SECONDS * 5)):
        yield b" "
        time.sleep(0.2)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.openid_provider")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--site", default="http://127.0.0.1:8000", help="COGWG_PUBLIC_URL of the site")
    options = parser.parse_args()
    state = State("")
    server = make_server("127.0.0.1", options.port, create_provider(state), threaded=True)
    state.issuer = f"http://127.0.0.1:{server.server_port}"
    state.redirect_uris = (f"{options.site}/en/sign-in/openid/answer",)
    state.people = {name: Person(name, f"{name}@demo.cogwg.example") for name in DEMO_NAMES}
    print(state.issuer, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
