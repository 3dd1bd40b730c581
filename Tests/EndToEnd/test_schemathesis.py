"""The whole API against its own description, by a fuzzer: no 5xx, no answer that the document does not foresee."""

import json
import os
import subprocess
import sys

import pytest
from conftest import ROOT
from service import Service

CHECKS = ("not_a_server_error", "status_code_conformance", "content_type_conformance",
          "response_headers_conformance", "response_schema_conformance", "negative_data_rejection")


@pytest.fixture
def service():
    service = Service(PTHUB_RATE_FACTOR="1000").start()
    service.sessions = {role: service.user(f"{role}@pthub.example", role, role, "Person")
                        for role in ("admin", "trainer", "client")}
    service.run("user", "relate", "--trainer", "trainer@pthub.example", "--client", "client@pthub.example")
    yield service
    service.stop()


# Each role by a seed of its own. PTHUB_FUZZ_SEEDS names others, for all roles: `make fuzz`.
SEEDS = os.environ.get("PTHUB_FUZZ_SEEDS", "").split()
ROLES = {"admin": "1", "trainer": "2", "client": "3", "anonymous": "4"}
CASES = [(role, seed) for role, own in ROLES.items() for seed in SEEDS or [own]]


@pytest.mark.parametrize("role, seed", CASES, ids=[f"{role}-{seed}" for role, seed in CASES])
def test_the_api_keeps_to_its_description(service, role, seed, tmp_path):
    examples = os.environ.get("PTHUB_FUZZ_EXAMPLES", "4")
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"{service.url}/api/openapi.json",
               "--max-examples", examples, "--checks", ",".join(CHECKS),
               # Stateful: what was made is asked for by the document's links, so that rows that exist are reached.
               "--phases", "examples,coverage,fuzzing,stateful",
               "--seed", seed, "--suppress-health-check", "all", "--request-timeout", "20", "--no-color",
               # Ends the session that the fuzzer uses, or streams until the state changes.
               "--exclude-path-regex", "/session$|/sessions/|/events$|^/api/v1/oidc/"]
    if role != "anonymous":
        command += ["--header", f"Authorization: {service.sessions[role].headers['Authorization']}"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    print(done.stdout)
    assert done.returncode == 0, (done.stdout + done.stderr)[-6000:]


def test_links_lead_to_the_row_that_was_made(service):
    """Each link of a creation's answer, followed as written, finds that row."""
    document = service.sessions["trainer"].get("/api/openapi.json").json()
    operations = {operation["operationId"]: (method, path) for path, methods in document["paths"].items()
                  for method, operation in methods.items()}
    made = service.sessions["trainer"].post(
        "/api/v1/exercises", json={"name": "Linked", "type": "core", "level": "power"})
    assert made.status_code == 201, made.text
    links = document["paths"]["/api/v1/exercises"]["post"]["responses"]["201"]["links"]
    followed = {}
    for name, link in links.items():
        method, path = operations[link["operationId"]]
        assert link["parameters"] == {"id": "$response.body#/id"}
        if method == "get":
            followed[name] = service.sessions["trainer"].get(path.replace("{id}", str(made.json()["id"]))).status_code
    assert followed == {"get_exercises_id": 200}
    assert any("If-Match" in link["parameters"] for methods in document["paths"].values()
               for operation in methods.values() for answer in operation["responses"].values()
               for link in answer.get("links", {}).values())


def test_the_document_is_valid(service):
    document = json.loads(service.sessions["admin"].get("/api/openapi.json").text)
    assert document["openapi"].startswith("3.1")
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            assert operation["summary"], (method, path)
            assert any(code.startswith("2") or code == "303" for code in operation["responses"]), (method, path)
