import { write } from "../lib/storage";

export const CLIENT_SLOT = "souk.sandbox.client";

/**
 * Takes what other pages have put into the address on the way back, before anything else reads or shows it: the
 * sandbox's client token after signing in, Stripe's client secrets after 3-D Secure.
 */
export function tidyAddress(): void {
  const url = new URL(window.location.href);
  const client = url.searchParams.get("__clerk_db_jwt");
  // Clerk's own development instances use the same parameter, and their own script takes it.
  if (client && ["localhost", "127.0.0.1"].includes(url.hostname)) {
    write("local", CLIENT_SLOT, client);
    url.searchParams.delete("__clerk_db_jwt");
  }
  url.searchParams.delete("payment_intent");
  url.searchParams.delete("payment_intent_client_secret");
  url.searchParams.delete("setup_intent");
  url.searchParams.delete("setup_intent_client_secret");
  if (url.href !== window.location.href) window.history.replaceState(window.history.state, "", url);
}
