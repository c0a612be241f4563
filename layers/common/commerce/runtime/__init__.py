"""What every function needs: settings, HTTP, callers, MongoDB, the cache, events. It knows no context of the shop."""
