"""People with accounts: their profiles, addresses, wishes and consents, and what is done for their privacy."""
