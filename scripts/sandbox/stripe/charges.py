"""Charges and balance transactions: what a confirmed PaymentIntent leaves behind."""

from typing import Any

from scripts.sandbox.store import Document, new_id, public
from scripts.sandbox.stripe import cards
from scripts.sandbox.stripe.account import Account, Call
from scripts.sandbox.stripe.lists import PAGING, list_objects

AUTHORIZED_SECONDS = 7 * 24 * 3600
"""How long a bank holds what is authorized: https://docs.stripe.com/payments/place-a-hold-on-a-payment-method."""


def fee(amount: int) -> int:
    """2.9% and 30 minor units, rounded: what Stripe charges in the US, near enough for any currency here."""
    return min(amount, (amount * 29 + 500) // 1000 + 30)


def record_balance(account: Account, source: Document, kind: str, amount: int, cost: int) -> str:
    """Write a balance transaction and return its id. `amount` is negative for money that leaves."""
    transaction: Document = {
        "id": new_id("txn_"),
        "object": "balance_transaction",
        "amount": amount,
        "available_on": account.now() + 2 * 24 * 3600,
        "balance_type": "payments",
        "created": account.now(),
        "currency": source["currency"],
        "description": source.get("description"),
        "exchange_rate": None,
        "fee": cost,
        "fee_details": [
            {
                "amount": cost,
                "application": None,
                "currency": source["currency"],
                "description": "Stripe processing fees",
                "type": "stripe_fee",
            }
        ]
        if cost
        else [],
        "net": amount - cost,
        "reporting_category": kind,
        "source": source["id"],
        "status": "pending",
        "type": kind,
    }
    account.save(transaction)
    return str(transaction["id"])


def create_charge(
    account: Account,
    intent: Document,
    method: Document,
    *,
    decline: cards.Decline | None = None,
    captured: bool = True,
    authenticated: bool = False,
) -> Document:
    """The charge of one attempt: succeeded, or failed for `decline`."""
    paid = decline is None
    charge: Document = {
        "id": new_id("ch_"),
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": intent["amount"] if paid and captured else 0,
        "amount_refunded": 0,
        "application": None,
        "application_fee": None,
        "application_fee_amount": None,
        "balance_transaction": None,
        "billing_details": method["billing_details"],
        "calculated_statement_descriptor": "SOUK SANDBOX",
        "captured": paid and captured,
        "created": account.now(),
        "currency": intent["currency"],
        "customer": intent["customer"],
        "description": intent["description"],
        "destination": None,
        "dispute": None,
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": decline.code if decline else None,
        "failure_message": decline.message if decline else None,
        "fraud_details": {},
        "livemode": False,
        "metadata": intent["metadata"],
        "on_behalf_of": None,
        "order": None,
        "outcome": _outcome(decline),
        "paid": paid,
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "payment_method_details": {
            "card": {
                "amount_authorized": intent["amount"] if paid else None,
                "authorization_code": "083149" if paid else None,
                **({"capture_before": account.now() + AUTHORIZED_SECONDS} if paid and not captured else {}),
                **{
                    name: method["card"][name]
                    for name in ("brand", "checks", "country", "exp_month", "exp_year", "fingerprint", "funding")
                },
                "extended_authorization": {"status": "disabled"},
                "incremental_authorization": {"status": "unavailable"},
                "installments": None,
                "last4": method["card"]["last4"],
                "mandate": None,
                "multicapture": {"status": "unavailable"},
                "network": method["card"]["brand"],
                "network_token": {"used": False},
                "network_transaction_id": "104102112101111" if paid else None,
                "overcapture": {"maximum_amount_capturable": intent["amount"], "status": "unavailable"},
                "regulated_status": "unregulated",
                "three_d_secure": _three_d_secure() if authenticated else None,
                "wallet": None,
            },
            "type": "card",
        },
        "radar_options": {},
        "receipt_email": intent["receipt_email"],
        "receipt_number": None,
        "receipt_url": None,
        "refunded": False,
        "review": None,
        "shipping": intent["shipping"],
        "source": None,
        "source_transfer": None,
        "statement_descriptor": intent["statement_descriptor"],
        "statement_descriptor_suffix": intent["statement_descriptor_suffix"],
        "status": "succeeded" if paid else "failed",
        "transfer_data": None,
        "transfer_group": intent["transfer_group"],
    }
    if charge["captured"]:
        charge["balance_transaction"] = record_balance(
            account, charge, "charge", charge["amount"], fee(charge["amount"])
        )
    return account.save(charge)


def _outcome(decline: cards.Decline | None) -> Document:
    answer: dict[str, Any] = {
        "advice_code": None,
        "network_advice_code": None,
        "network_decline_code": None,
        "network_status": "approved_by_network",
        "reason": None,
        "risk_level": "normal",
        "risk_score": 20,
        "seller_message": "Payment complete.",
        "type": "authorized",
    }
    if decline is not None:
        answer |= {
            "advice_code": "try_again_later",
            "network_decline_code": "01",
            "network_status": "declined_by_network",
            "reason": decline.decline_code or decline.code,
            "seller_message": "The bank did not return any further details with this decline.",
            "type": "issuer_declined",
        }
    return answer


def _three_d_secure() -> Document:
    return {
        "authentication_flow": "challenge",
        "electronic_commerce_indicator": "05",
        "exemption_indicator": None,
        "exemption_indicator_applied": None,
        "result": "authenticated",
        "result_reason": None,
        "transaction_id": "d2f5b0a4-0000-4000-8000-5a6e64b0c0de",
        "version": "2.2.0",
    }


def retrieve(call: Call, charge_id: str) -> Document:
    return public(call.account.load("charge", charge_id, "charge"))


def list_all(call: Call) -> Document:
    call.params.only(*PAGING, "customer", "payment_intent", "transfer_group")
    names = ("customer", "payment_intent")
    return list_objects(call, "charge", {name: call.params.string(name) for name in names})


def retrieve_balance_transaction(call: Call, transaction_id: str) -> Document:
    return public(call.account.load("balance_transaction", transaction_id, "id"))


def list_balance_transactions(call: Call) -> Document:
    call.params.only(*PAGING, "source", "type", "currency")
    names = ("source", "type", "currency")
    return list_objects(call, "balance_transaction", {name: call.params.string(name) for name in names})
