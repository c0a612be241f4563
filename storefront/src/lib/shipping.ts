import type { ShippingOption } from "../api/schema";

/** The working days that a way of shipping takes, in words; nothing where nobody promises any. */
export function daysOf({ min_days: first, max_days: last }: ShippingOption): string {
  if (last == null) return "";
  const span = first != null && first !== last ? `${first} to ${last}` : String(last);
  return `${span} working ${last === 1 ? "day" : "days"}`;
}
