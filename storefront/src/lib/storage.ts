// Storage that may be full, forbidden (private windows) or spoilt by hand: the shop works on without it.

function pick(kind: "local" | "session"): Storage | null {
  try {
    return kind === "local" ? window.localStorage : window.sessionStorage;
  } catch {
    return null;
  }
}

const spare = new Map<string, string>();

export function read<T>(kind: "local" | "session", key: string): T | null {
  try {
    const text = pick(kind)?.getItem(key) ?? spare.get(key) ?? null;
    return text === null ? null : (JSON.parse(text) as T);
  } catch {
    return null;
  }
}

export function write(kind: "local" | "session", key: string, value: unknown): void {
  const text = JSON.stringify(value);
  try {
    const storage = pick(kind);
    if (!storage) throw new Error("no storage");
    storage.setItem(key, text);
  } catch {
    spare.set(key, text);
  }
}

export function forget(kind: "local" | "session", key: string): void {
  spare.delete(key);
  try {
    pick(kind)?.removeItem(key);
  } catch {
    // Nothing was kept there.
  }
}
