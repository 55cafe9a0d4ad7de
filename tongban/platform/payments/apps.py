from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import module


class Payments(module.Module):
    """What people owe the city: bills, payments by any channel, receipts, refunds, and the daily comparison."""

    name = "tongban.platform.payments"
    title = _("Payments")
    duties = {
        "payments.collect": _("Take payments at the counter"),
        "payments.manage": _("See the bills of a department and refund them"),
        "payments.reconcile": _("Compare payments with the channels every day"),
    }
    citywide_duties = frozenset({"payments.collect", "payments.reconcile"})
    menu = {
        "hall": [
            module.MenuEntry("payments:mine", _("Fees and receipts"), group="mine"),
            module.MenuEntry("payments:verify", _("Verify a receipt"), None, group="services"),
        ],
        "counter": [module.MenuEntry("payments:collect", _("Take a payment"), "payments.collect", group="work")],
        "desk": [
            module.MenuEntry(
                "payments:bills",
                _("Bills"),
                "payments.manage",
                _("What people owe, what they paid, and what was refunded"),
                group="money",
            ),
            module.MenuEntry(
                "payments:reconciliation",
                _("Daily comparison"),
                "payments.reconcile",
                _("Compare the ledger, the receipts and what the payment channels say"),
                group="money",
            ),
        ],
    }
    settings = {
        "PAYMENTS_WECHAT": module.Setting(
            "",
            "a JSON file, readable by the house alone, with the merchant account of WeChat Pay: `url`, `mchid`, "
            "`appid`, `serial`, `key` (private, PEM), `secret` (APIv3), `platform_key` (PEM), `platform_key_id`; "
            "empty: not in use. A demonstration that `make run` starts has a local counterpart instead",
        ),
        "PAYMENTS_ALIPAY": module.Setting(
            "",
            "the same for Alipay: `url`, `app_id`, `seller_id`, `key` (private, PEM), `platform_key` (PEM)",
        ),
        "PAYMENTS_SECONDS": module.Setting(6.0, "how long the answer of a payment channel may take"),
    }
