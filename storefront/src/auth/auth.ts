import { useSyncExternalStore } from "react";
import type { AuthConfig } from "../api/schema";

export interface Person {
  id: string;
  name: string;
  email: string;
}

/** Signing in, whoever does it: Clerk where the shop has a real key, the sandbox's page on a laptop. */
export interface Provider {
  /** A session token that is good for some seconds more, or null for a guest. */
  token(): Promise<string | null>;
  signIn(): void;
  signUp(): void;
  signOut(): Promise<void>;
}

export type State =
  { status: "loading" } | { status: "failed" } | { status: "guest" } | { status: "person"; person: Person };

let state: State = { status: "loading" };
let provider: Provider | null = null;
const listeners = new Set<() => void>();
let settle: () => void;
const settled = new Promise<void>((resolve) => (settle = resolve));

export function setProvider(next: Provider): void {
  provider = next;
}

export function setState(next: State): void {
  const same =
    next.status === state.status &&
    (next.status !== "person" || (state.status === "person" && state.person.id === next.person.id));
  if (same) return;
  state = next;
  if (next.status !== "loading") settle();
  for (const listener of listeners) listener();
}

/** Who is here, and the ways to change it. */
export const auth = {
  get state(): State {
    return state;
  },
  /** Once it is known who is here. */
  ready: () => settled,
  async token(): Promise<string | null> {
    await settled;
    return state.status === "person" && provider ? provider.token() : null;
  },
  signIn: () => provider?.signIn(),
  signUp: () => provider?.signUp(),
  signOut: async () => provider?.signOut(),
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

export function useAuth(): State {
  return useSyncExternalStore(auth.subscribe, () => state);
}

const isClerk = (key: string): boolean => /^pk_(test|live)_/.test(key) && !key.startsWith("pk_test_sandbox");

/** Asks the shop how people sign in here, and gets that going. Shopping as a guest does not need it to work. */
export async function startAuth(): Promise<void> {
  try {
    const answer = await fetch("/api/auth/config");
    if (!answer.ok) throw new Error(`auth/config: ${answer.status}`);
    const config = (await answer.json()) as AuthConfig;
    const start = isClerk(config.publishable_key)
      ? (await import("./clerk")).startClerk
      : (await import("./sandbox")).startSandbox;
    await start(config);
  } catch {
    setState({ status: "failed" });
  }
}
