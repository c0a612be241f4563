import type { OrderStatus } from "../api/schema";

const DAY_MS = 86_400_000;

/** How far back the list of one's orders goes, in days. */
export const PERIODS = [
  ["30", "Last 30 days"],
  ["183", "Last six months"],
  ["365", "Last year"],
] as const;
const STATES: readonly string[] = [
  "pending",
  "expiring",
  "expired",
  "confirmed",
  "cancelled",
  "completed",
] satisfies OrderStatus[];

interface Asked {
  status?: OrderStatus;
  from?: string;
  q?: string;
}

/** What the address of the list asks the API for; what makes no sense in it is left out. */
export function askedFor(params: URLSearchParams, now = Date.now()): Asked {
  const asked: Asked = {};
  const status = params.get("status") ?? "";
  if (STATES.includes(status)) asked.status = status as OrderStatus;
  const days = PERIODS.find(([one]) => one === params.get("days"))?.[0];
  if (days) asked.from = new Date(now - Number(days) * DAY_MS).toISOString().slice(0, 10);
  const number = params.get("q")?.trim().slice(0, 40);
  if (number) asked.q = number;
  return asked;
}
