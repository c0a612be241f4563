"""What the tests share: servers, a bus, requests."""
