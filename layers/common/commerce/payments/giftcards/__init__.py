"""Gift cards: a way to pay, whose money the shop holds already and owes to whoever has the code.

A card's balance moves in one transaction with its movement, with the payment that it makes or gives back, and with the
ledger, where all that is left on cards is what the account `gift_cards` owes.
"""
