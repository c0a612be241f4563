// The sandbox's sign-in: its own page, and a small part of Clerk's Frontend API.
import type { AuthConfig } from "../api/schema";
import { forget, read } from "../lib/storage";
import { type Person, setProvider, setState } from "./auth";
import { CLIENT_SLOT } from "./returning";

const FRESH_MS = 10_000;

interface SandboxUser {
  id: string;
  first_name: string | null;
  last_name: string | null;
  primary_email_address_id: string | null;
  email_addresses: { id: string; email_address: string }[];
}

interface SandboxClient {
  sessions: { id: string; status: string; user: SandboxUser }[];
  last_active_session_id: string | null;
}

function personOf(user: SandboxUser): Person {
  const mails = user.email_addresses;
  const email = (mails.find((mail) => mail.id === user.primary_email_address_id) ?? mails[0])?.email_address ?? "";
  return { id: user.id, email, name: [user.first_name, user.last_name].filter(Boolean).join(" ") };
}

/** When a token ends, in milliseconds of the epoch. */
export function endOf(jwt: string): number {
  const payload = jwt.split(".")[1] ?? "";
  const claims = JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/"))) as { exp: number };
  return claims.exp * 1000;
}

export async function startSandbox(config: AuthConfig): Promise<void> {
  const origin = new URL(config.sign_in_url).origin;
  let session = "";
  let kept: { jwt: string; until: number } | null = null;
  let asking: Promise<string | null> | null = null;

  async function ask<T>(method: string, path: string): Promise<T | null> {
    const client = read<string>("local", CLIENT_SLOT);
    if (!client) return null;
    const answer = await fetch(origin + path, { method, headers: { authorization: `Bearer ${client}` } });
    if (answer.status === 401 || answer.status === 404) return null;
    if (!answer.ok) throw new Error(`sign-in: ${answer.status}`);
    return (await answer.json()) as T;
  }

  function leave(): void {
    session = "";
    kept = null;
    forget("local", CLIENT_SLOT);
    setState({ status: "guest" });
  }

  async function fresh(): Promise<string | null> {
    const answer = await ask<{ jwt: string }>("POST", `/v1/client/sessions/${session}/tokens`);
    if (!answer) {
      leave();
      return null;
    }
    kept = { jwt: answer.jwt, until: endOf(answer.jwt) };
    return answer.jwt;
  }

  function go(page: string): void {
    const url = new URL(page);
    url.searchParams.set("redirect_url", window.location.href);
    window.location.assign(url);
  }

  setProvider({
    async token() {
      if (kept && kept.until - Date.now() > FRESH_MS) return kept.jwt;
      asking ??= fresh().finally(() => (asking = null));
      return asking;
    },
    signIn: () => go(config.sign_in_url),
    signUp: () => go(config.sign_up_url),
    async signOut() {
      await ask("DELETE", "/v1/client/sessions").catch(() => null);
      leave();
    },
  });

  const found = await ask<{ response: SandboxClient | null }>("GET", "/v1/client");
  const client = found?.response;
  const live = client?.sessions.find((one) => one.id === client.last_active_session_id);
  if (!live) {
    leave();
    return;
  }
  session = live.id;
  setState({ status: "person", person: personOf(live.user) });
}
