"""Anyone verifies a licence by the address in its QR code, sixteen clients at once, on PostgreSQL."""

from bench.figures import Report
from bench.house import founded
from bench.load import wrk

CLIENTS, RUNS, SECONDS, LICENCES = 16, 3, 6, 20


def run(report: Report) -> None:
    with founded("postgresql") as made:
        asked = [(path, "") for path in made.inside("issued", LICENCES)]
        assert len(asked) == LICENCES
        made.start()
        try:
            wrk(made.address, asked, clients=CLIENTS, seconds=2)
            loads = [wrk(made.address, asked, clients=CLIENTS, seconds=SECONDS) for _turn in range(RUNS)]
        finally:
            made.stop()
    report.add("verifying.rate", [load.rate for load in loads], "1/s", ">= 500")
    report.add("verifying.p95", [load.p95 for load in loads], "ms")
    report.add("verifying.errors", sum(load.errors for load in loads), "errors", "= 0")
