"""The adapter against a counterpart that speaks clamd's protocol in a process of its own."""

import subprocess
import sys
import textwrap

import pytest

from tongban.infrastructure.storage import rules, services
from tongban.infrastructure.storage.adapters.clamd import ClamdScanner
from tongban.infrastructure.storage.ports import ScannerUnavailable, TooLargeForScanner
from tongban.infrastructure.storage.tests.test_services import a_pdf

# clamd's side of zPING and zINSTREAM, with its StreamMaxLength, after clamd(8).
COUNTERPART = textwrap.dedent(
    """
    import socket, struct, sys
    kind, limit = sys.argv[1], int(sys.argv[2])
    if kind == "tcp":
        door = socket.create_server(("127.0.0.1", 0))
        print(f"tcp://127.0.0.1:{door.getsockname()[1]}", flush=True)
    else:
        door = socket.socket(socket.AF_UNIX)
        door.bind(sys.argv[3])
        door.listen()
        print(f"unix://{sys.argv[3]}", flush=True)
    def exactly(line, count):
        data = b""
        while len(data) < count:
            part = line.recv(count - len(data))
            if not part: raise EOFError
            data += part
        return data
    while True:
        line, _ = door.accept()
        with line:
            command = b""
            while not command.endswith(b"\\0"): command += exactly(line, 1)
            if command == b"zPING\\0": line.sendall(b"PONG\\0"); continue
            content = b""
            while (size := struct.unpack("!L", exactly(line, 4))[0]):
                content += exactly(line, size)
                if len(content) > limit: break
            if len(content) > limit: line.sendall(b"INSTREAM size limit exceeded. ERROR\\0")
            elif b"EICAR-STANDARD" in content: line.sendall(b"stream: Win.Test.EICAR_HDB-1 FOUND\\0")
            elif b"mumble" in content: line.sendall(b"stream: what? ERROR\\0")
            else: line.sendall(b"stream: OK\\0")
    """
)


@pytest.fixture(params=["tcp", "unix"])
def clamd_url(request, tmp_path):
    command = [sys.executable, "-c", COUNTERPART, request.param, str(1024 * 1024), str(tmp_path / "clamd.ctl")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        yield process.stdout.readline().strip()
        process.kill()


def test_it_says_what_clamd_found(clamd_url):
    scanner = ClamdScanner(clamd_url, seconds=5)

    assert scanner.scan(b"harmless" * 100_000) is None
    assert scanner.scan(b"x" + rules.EICAR) == "Win.Test.EICAR_HDB-1"
    assert scanner.check() == []


def test_a_scan_that_failed_is_not_a_clean_file(clamd_url):
    scanner = ClamdScanner(clamd_url, seconds=5)

    with pytest.raises(ScannerUnavailable, match="what"):
        scanner.scan(b"mumble")


@pytest.mark.django_db
def test_files_are_sent_to_clamd_where_it_is_configured(clamd_url, settings, tmp_path):
    settings.VAR, settings.STORAGE_CLAMD = tmp_path, clamd_url

    blob = services.put(a_pdf(), name="a.pdf", max_bytes=10_000)

    assert blob.scanner == "ClamAV" == services.scanner().name


@pytest.mark.found("F17")
def test_a_file_above_the_scanners_own_limit_is_said_to_be_too_large(clamd_url):
    scanner = ClamdScanner(clamd_url, seconds=5, max_bytes=2 * 1024 * 1024)

    with pytest.raises(TooLargeForScanner):
        scanner.scan(b"x" * 5 * 1024 * 1024)

    assert scanner.check() == ["clamd takes no file of 2 MB, which may be uploaded; raise its StreamMaxLength"]
    assert ClamdScanner(clamd_url, seconds=5, max_bytes=1024 * 1024).check() == []


@pytest.mark.found("F17")
@pytest.mark.django_db
def test_the_refusal_names_the_size_and_does_not_ask_to_try_again(clamd_url, settings, tmp_path):
    settings.VAR, settings.STORAGE_CLAMD = tmp_path, clamd_url

    with pytest.raises(services.TooLargeToScan, match=r"1\.2 MB"):
        services.put(a_pdf() + b"%" * int(1.2 * 1024 * 1024), name="a.pdf", max_bytes=10 * 1024 * 1024)


def test_without_an_answer_nothing_is_taken_in(settings, tmp_path):
    settings.VAR, settings.STORAGE_CLAMD = tmp_path, f"unix://{tmp_path}/nobody"

    with pytest.raises(services.Unscanned):
        services.put(a_pdf(), name="a.pdf", max_bytes=10_000)

    assert "does not answer" in services.scanner().check()[0]


def test_an_address_that_cannot_be_read_is_said_at_once():
    with pytest.raises(ValueError, match="STORAGE_CLAMD"):
        ClamdScanner("clamav:3310", seconds=1)
