"""The PayPal sandbox: the part of PayPal's API that a shop needs to take and give back money."""
