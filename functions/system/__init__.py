"""The shop about itself."""
