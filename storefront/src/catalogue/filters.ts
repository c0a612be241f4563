/** Filters live in the page's address, under the names that the API gives them: a list can be shared and gone back to. */

const ONE = ["q", "collection", "min_price", "max_price", "in_stock", "min_rating", "sort"] as const;
const MANY = ["category", "brand", "tag"] as const;

export const SORTS: [value: string, label: string][] = [
  ["", "Best match"],
  ["price", "Price, lowest first"],
  ["-price", "Price, highest first"],
  ["-created_at", "Newest"],
  ["-sales", "Best sellers"],
  ["-rating", "Best rated"],
];

export type Query = Record<string, string | string[]>;

const isMany = (name: string) => name.startsWith("attr.") || (MANY as readonly string[]).includes(name);
const isOne = (name: string) => (ONE as readonly string[]).includes(name);

/** What is asked of the API for an address; members that are not filters stay behind. */
export function queryOf(params: URLSearchParams, category = ""): Query {
  const query: Query = category ? { category: [category] } : {};
  for (const name of new Set(params.keys())) {
    const values = params.getAll(name).filter(Boolean);
    if (!values.length) continue;
    if (isMany(name)) query[name] = name === "category" && category ? [category, ...values] : values;
    else if (isOne(name)) query[name] = values[0]!;
  }
  return query;
}

/** The address with one value of a filter more, or without it where it was chosen; `rivals` give way to it. */
export function toggled(
  params: URLSearchParams,
  name: string,
  value: string,
  rivals: readonly string[] = [],
): URLSearchParams {
  const next = new URLSearchParams(params);
  const chosen = params.getAll(name).filter((other) => !rivals.includes(other));
  next.delete(name);
  const kept = chosen.includes(value)
    ? chosen.filter((other) => other !== value)
    : isMany(name)
      ? [...chosen, value]
      : [value];
  for (const one of kept) next.append(name, one);
  return next;
}

/** The address with this one value of a filter; empty takes the filter away. */
export function replaced(params: URLSearchParams, values: Record<string, string>): URLSearchParams {
  const next = new URLSearchParams(params);
  for (const [name, value] of Object.entries(values)) {
    if (value) next.set(name, value);
    else next.delete(name);
  }
  return next;
}

/** The address without any filter; the words and the order stay. */
export function cleared(params: URLSearchParams): URLSearchParams {
  const next = new URLSearchParams();
  for (const name of ["q", "sort", "collection"]) if (params.get(name)) next.set(name, params.get(name)!);
  return next;
}

/** What narrows the list, value by value. */
export function chosen(params: URLSearchParams): { name: string; value: string }[] {
  return [...params.entries()]
    .filter(([name, value]) => value && (isMany(name) || isOne(name)) && !["q", "sort", "collection"].includes(name))
    .map(([name, value]) => ({ name, value }));
}

/** "12.50" in a currency of two decimals as 1250; null for what is no amount. */
export function minorUnits(text: string, places: number): number | null {
  const match = /^\s*(\d{1,8})(?:[.,](\d*))?\s*$/.exec(text);
  if (!match || (match[2] ?? "").length > places) return null;
  return Number(match[1]! + (match[2] ?? "").padEnd(places, "0"));
}
