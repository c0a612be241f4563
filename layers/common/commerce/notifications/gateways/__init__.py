"""The services that carry messages. Only the modules here know an SDK."""
