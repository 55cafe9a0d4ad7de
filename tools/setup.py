"""Make the environment: .venv with the locked dependencies, and for all tests the system's packages. Idempotent.

run    what the product needs
lint   and what style, types, laws and the tests of a room need: no browser, no server, nothing of the system
test   and a browser, PostgreSQL, outside validators

Runs on any Python 3, so that one that is too old is told so in a sentence.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
NEEDED = (3, 11)
# What the tests need of the system: command or file that shows it is there -> package.
BROWSER = "chromium"
LIGHT_BROWSER = "chromium-headless-shell"  # half the work; not every system has it
SYSTEM = {
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc": "fonts-noto-cjk",
    "/usr/lib/postgresql/*/bin/postgres": "postgresql",
    "pdfsig": "poppler-utils",
    "xgettext": "gettext",
    "softhsm2-util": "softhsm2",
}
# Outside validators of the interface and of pages, pinned; they need Node.js, the second one Java as well. Both are
# used where they are there: neither is small enough to be installed for two checks.
VALIDATORS = ["@redocly/cli@2.77.0", "vnu-jar@26.9.27", "openid-client@6.9.0"]
# An outside validator of papers, of the system's packages, for those that have Java.
PAPERS = {
    "/usr/share/java/preflight.jar": "libpdfbox2-java",
    "/usr/share/java/javax.activation.jar": "libactivation-java",
    "/usr/share/java/jaxb-api.jar": "libjaxb-api-java",
}
# A client of SIP that is not ours, of the system's packages.
SIP = {"sipp": "sip-tester"}
# What benchmarks need besides.
BENCH = {"wrk": "wrk"}


def stop(sentence):
    sys.stderr.write("\n" + sentence + "\n")
    raise SystemExit(1)


def main():
    if len(sys.argv) != 2 or sys.argv[1] not in {"run", "lint", "test"}:
        stop("usage: python3 tools/setup.py run|lint|test")
    what = sys.argv[1]
    python_that_fits()
    environment("run" if what == "run" else "test")
    if what == "test":
        system_packages()
        paper_validator()
        sip_client()
        validators()


def python_that_fits():
    """Go on with a Python that is new enough, or say what to install."""
    if sys.version_info >= NEEDED:
        return
    for minor in (14, 13, 12, 11):
        found = shutil.which("python3.%d" % minor)
        if found and subprocess.call([found, "-c", "pass"], stderr=subprocess.DEVNULL) == 0:
            os.execv(found, [found, __file__] + sys.argv[1:])
    stop(
        "Tongban needs Python 3.11 or newer; this is Python %d.%d. Install one, then run: make run PYTHON=python3.11"
        % sys.version_info[:2]
    )


def environment(what):
    """Create .venv and install the locked dependencies, unless exactly these are there already."""
    lock = ROOT / "requirements" / (what + ".txt")
    stamp = VENV / ("ready-" + what)
    digest = hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()
    if stamp.exists() and stamp.read_text() == digest:
        return
    if not os.access(str(ROOT), os.W_OK):
        stop(
            "No permission to write in %s. Run it as the owner of this folder, or clone it where you may write." % ROOT
        )
    say("preparing the environment (once, about a minute)")
    if not (VENV / "bin" / "pip").exists():
        made = subprocess.run(
            [sys.executable, "-m", "venv", str(VENV)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        if made.returncode:
            shutil.rmtree(str(VENV), ignore_errors=True)
            stop("Python cannot make virtual environments here. Install them: sudo apt-get install python3-venv")
    pip = [str(VENV / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    # The lock names everything; by itself pip looks for what a dependency asks for with an extra, and has no hash.
    pip += ["--no-deps", "--require-hashes"]
    if subprocess.call(pip + ["-r", str(lock)], stdout=sys.stderr):
        stop(
            "The dependencies could not be installed. Check the network and the free space on the disk, then try again."
        )
    stamp.write_text(digest)
    if what == "test":  # the tests' set holds the product's
        run = ROOT / "requirements" / "run.txt"
        (VENV / "ready-run").write_text(hashlib.sha256(run.read_bytes() + sys.version.encode()).hexdigest())


def system_packages():
    """Install what the tests need of the system, where it is missing and may be installed."""
    missing = [package for sign, package in SYSTEM.items() if not there(sign)]
    browser = there(BROWSER) or there(LIGHT_BROWSER)
    if browser and not missing:
        return
    if not may_install():
        missing += [] if browser else [BROWSER]
        stop("The tests need these packages of the system; please install them: " + " ".join(missing))
    apt("update")
    if not browser:
        unknown = subprocess.call(["apt-cache", "--quiet", "show", LIGHT_BROWSER], stdout=subprocess.DEVNULL)
        missing.append(BROWSER if unknown else LIGHT_BROWSER)
    say("installing " + " ".join(missing))
    if apt("install", "-y", *missing):
        stop("These packages could not be installed; please install them: " + " ".join(missing))


def paper_validator():
    """Install the outside validator of papers, where Java is; without it the tests say so."""
    if there("java"):
        try_to_install(PAPERS, "the validator of papers could not be installed; its check is left out")


def sip_client():
    """Install a client of SIP that is not ours; without it the tests say so."""
    try_to_install(SIP, "the client of SIP could not be installed; its check is left out")


def try_to_install(packages, otherwise):
    """Install what is missing of these packages, or say what is left out."""
    missing = [package for sign, package in packages.items() if not there(sign)]
    if not missing:
        return
    say("installing " + " ".join(missing))
    if not may_install() or (apt("install", "-y", *missing) and (apt("update") or apt("install", "-y", *missing))):
        say(otherwise)


def may_install():
    return shutil.which("apt-get") is not None and (os.geteuid() == 0 or shutil.which("sudo") is not None)


def apt(verb, *words):
    root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    quiet = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    return subprocess.call(root + ["apt-get", verb, "-qq"] + list(words), env=quiet, stdout=subprocess.DEVNULL)


def validators():
    """Fetch the outside validators into .venv, unless exactly these are there; without Node.js the tests say so."""
    folder = VENV / "validators"
    stamp = folder / "ready"
    wanted = " ".join(VALIDATORS)
    if shutil.which("npm") is None or (stamp.exists() and stamp.read_text() == wanted):
        return
    say("fetching the validators of interface and pages (once)")
    folder.mkdir(exist_ok=True)
    npm = ["npm", "install", "--prefix", str(folder), "--no-save", "--no-package-lock", "--no-audit", "--no-fund"]
    if subprocess.call(npm + ["--ignore-scripts", "--loglevel=error"] + VALIDATORS, stdout=subprocess.DEVNULL):
        say("the validators could not be fetched; their checks are left out")
    else:
        stamp.write_text(wanted)


def there(sign):
    if not sign.startswith("/"):
        return shutil.which(sign) is not None
    return any(Path("/").glob(sign[1:]))


def say(text):
    sys.stderr.write(text + " …\n")
    sys.stderr.flush()


if __name__ == "__main__":
    main()
