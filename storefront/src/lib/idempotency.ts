import { Problem } from "../api/problem";
import { forget, read, write } from "./storage";

const PREFIX = "souk.key.";

/**
 * Does something under an Idempotency-Key that stays the same until its outcome is known: after a lost connection the
 * next try, even after a reload, is the same request to the API and not a second one.
 *
 * `action` names what is done, and to what; whoever does the same again means the same request.
 */
export async function once<T>(action: string, act: (key: string) => Promise<T>): Promise<T> {
  const slot = PREFIX + action;
  const key = read<string>("session", slot) ?? crypto.randomUUID();
  write("session", slot, key);
  try {
    const result = await act(key);
    forget("session", slot);
    return result;
  } catch (error) {
    if (error instanceof Problem && !error.unsettled) forget("session", slot);
    throw error;
  }
}
