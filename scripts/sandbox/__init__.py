"""A small, honest stand-in for the shop's outside providers, for laptops and tests.

One process serves one HTTP application per provider (see `server.build_providers`); the providers' official SDKs
talk to them unchanged. Nothing here is part of the shop: it never runs outside development.
"""
