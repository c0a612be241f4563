"""Tools for people who work on Souk. Nothing in here runs in the cloud."""
