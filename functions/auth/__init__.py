"""Sign-in: Clerk holds the accounts, these functions verify what it says."""
