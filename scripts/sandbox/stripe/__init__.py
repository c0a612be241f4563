"""The Stripe sandbox: the part of Stripe's API that a shop needs to take and give back money."""
