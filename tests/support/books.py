"""What must hold of everything that is stored, whatever has happened: checked after every test of the shop."""

import hashlib
from collections import Counter, defaultdict
from typing import Any

from commerce.invoices import filing
from commerce.invoices.model import Invoice
from commerce.payments import ledger
from commerce.payments.credit import Credit
from commerce.payments.ledger import Transaction
from commerce.payments.model import CAPTURED, MADE_ELSEWHERE, REVERSED, UNDONE, Refund
from commerce.payments.sales import Sale
from commerce.runtime import files, ids, mongo
from tests.support.query_shapes import looking

LIVE = ("pending", "expiring")


def check() -> None:
    """Holds the invariants of stock, orders, carts and money."""
    with looking():
        _check()


def _check() -> None:
    orders = _all("orders")
    check_stock()
    for order in orders.values():
        check_order(order)
    check_carts(orders)
    check_quotas(orders)
    check_money(orders)
    check_invoices(orders)
    check_events()


def check_stock() -> None:
    """available = on_hand - reserved, none negative; reserved = live reservations; on_hand = movements."""
    held: Counter[str] = Counter()
    for reservation in _all("reservations").values():
        if reservation["status"] == "held":
            for line in reservation["lines"]:
                held[line["sku"]] += line["quantity"]
    moved: Counter[str] = Counter()
    for movement in _all("stock_movements").values():
        moved[movement["sku"]] += movement["quantity"]
    for sku, level in _all("stock").items():
        assert level["available"] == level["on_hand"] - level["reserved"], level
        assert min(level["available"], level["on_hand"], level["reserved"]) >= 0, level
        assert level["reserved"] == held[sku], f"{level} but {held[sku]} held"
        assert level["on_hand"] == moved[sku], f"{level} but {moved[sku]} moved"
    assert held.keys() <= _all("stock").keys()


def check_order(order: dict[str, Any]) -> None:
    """An order, its reservation and its movements agree with its state."""
    reservation = mongo.database()["reservations"].find_one({"_id": order["_id"]})
    assert reservation is not None, order
    goods = [line for line in order["lines"] if line.get("kind", "goods") == "goods"]
    wanted = Counter({line["sku"]: line["quantity"] for line in goods})
    assert Counter({line["sku"]: line["quantity"] for line in reservation["lines"]}) == wanted
    sold: Counter[str] = Counter()
    for movement in mongo.database()["stock_movements"].find({"reference": order["_id"]}):
        sold[movement["sku"]] -= movement["quantity"]
    match order["status"]:
        case "pending" | "expiring":
            expected, gone = {"held"}, Counter[str]()
        case "confirmed" | "completed":
            back = Counter({line["sku"]: line.get("restocked", 0) for line in goods})
            expected, gone = {"committed"}, wanted - back
        case "expired":
            expected, gone = {"released"}, Counter[str]()
        case _:
            expected, gone = {"released", "committed"}, Counter[str]()
    assert reservation["status"] in expected, (order["status"], reservation)
    assert +sold == gone, (order["status"], sold)
    assert ("slots" in order) == (order["status"] in LIVE), order
    check_totals(order)
    assert ids.is_order_number(order["number"])


def check_totals(order: dict[str, Any]) -> None:
    """Every unit of the total is explained, by parts and by lines."""
    totals = order["totals"]
    amounts = Counter({name: part["amount"] for name, part in totals.items() if isinstance(part, dict)})
    explained: Counter[str] = Counter()
    on_shipping = 0
    for part in totals["explain"]:
        explained[f"{part['kind']}{' inside' if part['included'] else ''}"] += part["amount"]["amount"]
        shares = {share["line_id"]: share["amount"]["amount"] for share in part["shares"]}
        assert not shares or sum(shares.values()) == part["amount"]["amount"], part
        on_shipping += 0 if part["included"] else shares.get("", 0)
    inside = explained.pop("tax inside", 0)
    assert amounts["total"] == sum(explained.values()), totals
    assert (amounts["items"], amounts["shipping"]) == (explained["item"], explained["shipping"]), totals
    assert (amounts["discount"], amounts["tax"]) == (-explained["promotion"], explained["tax"]), totals
    assert (amounts["included_tax"], amounts["rounding"]) == (inside, explained["rounding"]), totals
    of_lines = sum(line["total"]["amount"] for line in totals["lines"])
    assert amounts["total"] == of_lines + amounts["shipping"] + on_shipping + amounts["rounding"], totals
    assert min(amounts[name] for name in ("items", "discount", "shipping", "tax", "total")) >= 0, totals
    assert {line["line_id"] for line in totals["lines"]} == {line["line_id"] for line in order["lines"]}


def check_carts(orders: dict[str, dict[str, Any]]) -> None:
    """A cart that became an order knows which, and the other way round. A user has one active cart, and lines are few
    and one per SKU; of a cart that became a part of another nothing is kept.
    """
    by_cart = {order["cart_id"]: order["_id"] for order in orders.values()}
    assert len(by_cart) == len(orders)
    for cart_id, cart in _all("carts").items():
        assert cart.get("order_id", "") == by_cart.get(cart_id, ""), cart
        for lines, most in ((cart["lines"], 50), (cart.get("saved", []), 100)):
            assert len({line["sku"] for line in lines}) == len(lines) <= most, cart
            assert all(1 <= line["quantity"] <= 99 for line in lines), cart
        active = bool(cart["user_id"] and not cart["order_id"] and not cart.get("became"))
        assert cart.get("active_for") == (cart["user_id"] if active else None), cart
        if cart.get("became"):
            assert not cart["lines"], cart
            assert not cart["saved"], cart
            assert "delivery" not in cart, cart


def check_quotas(orders: dict[str, dict[str, Any]]) -> None:
    """What customers have used of their limits is what their live orders took, to the piece."""
    taken: Counter[str] = Counter()
    for order in orders.values():
        if order["status"] in {*LIVE, "confirmed", "completed"}:
            for one in order.get("quotas", []):
                taken[one["key"]] += one["n"]
    assert {key: quota["used"] for key, quota in _all("quotas").items()} == taken


def check_money(orders: dict[str, dict[str, Any]]) -> None:
    """Payments say what the ledger says; a good order keeps its money."""
    booked = [Transaction.model_validate(document) for document in _all("ledger").values()]
    payments = _all("payments")
    check_gift_cards(payments)
    open_of = Counter(payment["order_id"] for payment in payments.values() if payment.get("open"))
    assert all(number == 1 for number in open_of.values()), open_of
    for payment_id, payment in payments.items():
        of_payment = [transaction for transaction in booked if transaction.payment_id == payment_id]
        check_payment(payment, of_payment)
    for order in orders.values():
        check_paid(order, payments)
    check_accounts(booked, payments, orders)


def check_paid(order: dict[str, Any], payments: dict[str, dict[str, Any]]) -> None:
    """What the order says was paid, its payments have captured; a good order is paid to the cent, and keeps that."""
    gifts = {part["payment_id"]: part for part in order.get("gift_cards", [])}
    for payment_id, part in gifts.items():
        assert payments[payment_id]["captured"] == part["amount"], (order, payments[payment_id])
        assert payments[payment_id]["gift_card_id"] == part["gift_card_id"], order
    given_up = order.get("taken_back", [])
    known = {order["payment_id"], *gifts, *order.get("returned", [])} - {""}
    assert not known & set(given_up), order
    check_authorized(order, payments)
    told = known - {order["payment_id"]} if order.get("authorized") else known
    if all(payments[known_id]["currency"] == order["currency"] for known_id in known):
        assert order["paid"] == sum(payments[known_id]["captured"] for known_id in told), (order, known)
    for payment_id in given_up:
        assert payments[payment_id]["status"] == "refunded", (order, payments[payment_id])
    if order["status"] == "confirmed" and order["totals"]["total"]["amount"]:
        paid = [payments[payment_id] for payment_id in {order["payment_id"], *gifts} - {""}]
        here = sum(payments[known_id]["captured"] for known_id in told if known_id in {order["payment_id"], *gifts})
        # What was held and is no more, or was captured in part in the provider's dashboard, made it wait for a person.
        if not any(entry["what"].startswith("on hold: ") for entry in order["history"]):
            assert here + order.get("authorized", 0) == order["totals"]["total"]["amount"], (order, paid)
        # What others give back, in the provider's dashboard or by its judgement, is not the shop's doing; nor is what a
        # person of the shop has decided.
        ids_ = [payment["_id"] for payment in paid]
        ours = {"payment_id": {"$in": ids_}, "reason": {"$nin": [MADE_ELSEWHERE, REVERSED]}, "by": ""}
        assert mongo.database()["refunds"].count_documents(ours) == 0, "a good order was refunded"


def check_authorized(order: dict[str, Any], payments: dict[str, dict[str, Any]]) -> None:
    """What is held for an order confirms it like money, and is none: nothing is booked of it, no sale either."""
    if not order.get("authorized"):
        return
    payment = payments[order["payment_id"]]
    assert (payment["manual"], payment["amount"]) == (True, order["authorized"]), (order, payment)
    assert order["status"] in {"confirmed", "completed"}, order
    assert order["paid"] + order["authorized"] == order["totals"]["total"]["amount"], order
    assert mongo.database()["sales"].count_documents({"_id": order["_id"]}) == 0, order


def check_gift_cards(payments: dict[str, dict[str, Any]]) -> None:
    """A card's balance is the sum of its movements, never below nothing; all balances are what the ledger owes; and
    what a card spent and got back, its payments say too.
    """
    left: Counter[str] = Counter()
    moved: Counter[str] = Counter()
    for movement in _all("gift_card_movements").values():
        left[movement["card_id"]] += movement["amount"]
        if movement["payment_id"]:
            moved[movement["payment_id"]] -= movement["amount"]
    owed: Counter[str] = Counter()
    bought = {id_ for sale in _all("sales").values() for line in sale["lines"] for id_ in line.get("cards", [])}
    for card in _all("gift_cards").values():
        assert card["balance"] == left[card["_id"]] >= 0, card
        assert (card["_id"] in bought) == (card["origin"] == "purchase"), "made with the sale, or not at all"
        owed[card["currency"]] += card["balance"]
    for booked in _all("ledger").values():
        for posting in booked["postings"]:
            if posting["account"] == "gift_cards":
                owed[booked["currency"]] += posting["amount"]
    assert not any(owed.values()), owed
    by_card = {id_: payment for id_, payment in payments.items() if payment["provider"] == "gift_card"}
    assert moved == Counter({id_: payment["captured"] - payment["refunded"] for id_, payment in by_card.items()})
    assert not any(payment.get("open") for payment in by_card.values()), "no gift card is in the way of an attempt"


def check_payment(payment: dict[str, Any], booked: list[Transaction]) -> None:
    """Its state is a function of the ledger, as soon as there is money; refunds stay within what is here; no money is
    booked as a refund and as a dispute.
    """
    stands = ledger.standing(booked)
    assert Counter(transaction.kind for transaction in booked)["capture"] <= 1, booked
    assert stands.captured == payment["captured"], payment
    assert stands.refunded == payment["refunded"], payment
    assert stands.disputed == payment.get("disputed", 0), payment
    if stands.status:
        assert payment["status"] == stands.status, payment
    else:
        assert payment["status"] not in CAPTURED, payment
    if payment["status"] == "authorized" and payment.get("manual"):
        assert (payment["open"], "capture_before" in payment, booked) == (True, True, []), payment
    refunds = list(mongo.database()["refunds"].find({"payment_id": payment["_id"]}))
    done = sum(refund["amount"] for refund in refunds if refund["status"] == "succeeded")
    assert stands.refunded == done <= stands.captured, (payment, refunds)
    assert stands.left >= 0, payment
    for dispute in mongo.database()["disputes"].find({"payment_id": payment["_id"], "reversal_ref": {"$gt": ""}}):
        assert dispute["withdrawn"], dispute
        for refund in refunds:
            assert refund.get("provider_ref") != dispute["reversal_ref"] or refund["status"] == "failed", refund


def check_accounts(
    booked: list[Transaction], payments: dict[str, dict[str, Any]], orders: dict[str, dict[str, Any]]
) -> None:
    """What lies on `receivable` for an order is less than nothing by just the money that it has not taken: so it is
    zero where an order is over. Sales and what went back of them are on their accounts, to the cent.
    """
    sales = {sale["_id"]: Sale.model_validate(sale) for sale in _all("sales").values()}
    receivable: Counter[str] = Counter()
    untaken: Counter[str] = Counter()
    for transaction in booked:
        assert sum(posting.amount for posting in transaction.postings) == 0, transaction
        on = {posting.account: posting.amount for posting in transaction.postings}
        receivable[transaction.order_id] += on.get("receivable", 0)
    for payment in payments.values():
        sale = sales.get(payment["order_id"])
        if sale is None or payment["_id"] not in sale.payment_ids:
            untaken[payment["order_id"]] += payment["captured"] - payment["refunded"]
    for order_id in receivable.keys() | untaken.keys():
        assert receivable[order_id] == -untaken[order_id], (order_id, receivable, untaken)
    for sale in sales.values():
        check_sale(sale)
        check_bought(sale, orders[sale.id], [transaction for transaction in booked if transaction.order_id == sale.id])


def check_sale(sale: Sale) -> None:
    """Refunds take no more off a sale than it brought in: of no line, of no tax, and of the shipping neither."""
    refunds = mongo.database()["refunds"].find({"payment_id": {"$in": sale.payment_ids}})
    taken = [
        Credit.model_validate(refund["credit"])
        for refund in refunds
        if refund["status"] not in UNDONE and "credit" in refund
    ]
    for line in sale.lines:
        of_line = [credited for credit in taken for credited in credit.lines if credited.line_id == line.line_id]
        pieces = sum(credited.quantity for credited in of_line)
        amount = sum(credited.amount.amount for credited in of_line)
        assert pieces <= line.quantity, (line, of_line)
        assert amount <= line.gross, (line, of_line)
        assert amount == line.gross or pieces < line.quantity or line.gift_card, (line, of_line)
    assert sum(credit.amount for credit in taken) <= sale.total, (sale, taken)
    sold_taxes = sum(tax.amount for part in [*sale.lines, sale.shipping] for tax in part.taxes)
    assert 0 <= sum(credit.taxes for credit in taken) <= sold_taxes, (sale, taken)


def check_bought(sale: Sale, order: dict[str, Any], booked: list[Transaction]) -> None:
    """Each piece of a gift card that was paid for is a card, once, but for those whose money went back before. What a
    card is not owed for any more went back, or is on its way: nothing of it is revenue, nothing of it is owed twice.
    """
    lines = {line["line_id"]: line for line in order["lines"] if line.get("kind") == "gift_card"}
    assert {line.line_id for line in sale.gift_cards} == lines.keys(), sale
    cards = {card["_id"]: card for card in _all("gift_cards").values() if card["origin"] == "purchase"}
    own = [card for card in cards.values() if card["origin_ref"].startswith(f"{sale.id}|")]
    assert sorted(card["_id"] for card in own) == sorted(id_ for line in sale.gift_cards for id_ in line.cards), sale
    refunds = [Refund.model_validate(found) for found in mongo.database()["refunds"].find({"order_id": sale.id})]
    credited = [refund.credit for refund in refunds if refund.live and refund.credit]
    worth = sum(line.gross for line in sale.gift_cards)
    made = sum(card["issued"] for card in own)
    taken = sum(one.amount for refund in refunds if refund.live for one in refund.taken)
    moved = Counter[str]()
    for movement in _all("gift_card_movements").values():
        if movement["card_id"] in {card["_id"] for card in own}:
            moved[movement["kind"]] += movement["amount"]
    assert (moved["issued"], moved["refunded"] + moved["reinstated"]) == (made, -taken), (moved, own)
    going_back = sum(credit.gift_cards for credit in credited)
    without = worth - made - (going_back - taken)  # What a refund that was quicker than the sale left, and then failed.
    failed = any(refund.credit and refund.credit.gift_cards for refund in refunds if not refund.live)
    assert without >= 0, (sale, refunds)
    assert not without or failed or not sale.issued, (sale, refunds)
    on: Counter[str] = Counter()
    for transaction in booked:
        for posting in transaction.postings:
            on[posting.account] += posting.amount
    gone = sum(refund.credit.gift_cards for refund in refunds if refund.status == "succeeded" and refund.credit)
    assert on["gift_cards_sold"] == -(worth - made + taken - gone), (on, sale, refunds)


def check_invoices(orders: dict[str, dict[str, Any]]) -> None:
    """Numbers without a gap in the order of their making; documents that add up, charge what the order charged, and
    never give back more; every file is what its document says. Only what was confirmed is invoiced.
    """
    series: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    left: Counter[str] = Counter()
    for document in sorted(_all("invoices").values(), key=lambda document: (document["series"], document["serial"])):
        series[document["series"]].append(document)
        said = Invoice.model_validate(document)  # which holds every sum
        totals = orders[said.order_id]["totals"]
        if said.kind == "invoice":
            assert said.total == totals["total"]["amount"], document
            taxes = [(tax["base"]["amount"], tax["amount"]["amount"]) for tax in totals["taxes"]]
            assert [(row.base, row.amount) for row in said.taxes] == taxes, document
        left[said.order_id] += -said.total if said.kind == "credit_note" else said.total
        if said.file:
            content = files.read(filing.bucket(), said.file.key)
            assert (hashlib.sha256(content).hexdigest(), len(content)) == (said.file.sha256, said.file.size), document
    assert min(left.values(), default=0) >= 0, left
    counters = {name: counter["last"] for name, counter in _all("invoice_series").items()}
    assert counters == {name: len(documents) for name, documents in series.items()}
    for documents in series.values():
        assert [document["serial"] for document in documents] == list(range(1, len(documents) + 1))
        assert [document["issued_at"] for document in documents] == sorted(d["issued_at"] for d in documents)
    invoiced = Counter(document["order_id"] for document in _all("invoices").values() if document["kind"] == "invoice")
    assert all(number == 1 for number in invoiced.values()), invoiced
    for order_id in left:
        said_of_it = {entry["what"].partition(" USD ")[0] for entry in orders[order_id]["history"]}
        assert said_of_it & {"paid and confirmed", "nothing to pay: confirmed", "captured"}, orders[order_id]


def check_events() -> None:
    """No order is placed, confirmed, expired or cancelled twice."""
    once = ("OrderPlaced", "OrderConfirmed", "OrderExpired", "OrderCancelled")
    seen = Counter(
        (entry["type"], entry["data"]["order_id"])
        for entry in _all("outbox").values()
        if entry["type"] in once and entry["data"]  # What was forgotten holds nothing.
    )
    assert all(number == 1 for number in seen.values()), seen


def _all(collection: str) -> dict[str, dict[str, Any]]:
    return {document["_id"]: document for document in mongo.database()[collection].find()}
