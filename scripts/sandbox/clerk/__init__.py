"""The Clerk sandbox: people, their sessions and session tokens, and pages to sign in on."""
