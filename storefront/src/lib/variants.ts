import type { VariantView } from "../api/schema";

export type Choice = Record<string, string>;

const fits = (variant: VariantView, choice: Choice): boolean =>
  Object.entries(choice).every(([name, value]) => variant.options[name] === value);

/** What to show first: the wanted one, else the first that can be had. */
export function firstChoice(variants: readonly VariantView[], sku: string | null): VariantView | undefined {
  return (
    variants.find((one) => one.sku === sku) ?? variants.find((one) => one.available > 0 && one.price) ?? variants[0]
  );
}

/**
 * The variant after one option was chosen anew: with the other options as they were if there is such a one, else the
 * one that keeps most of them, one in stock before one that is not.
 */
export function choose(
  variants: readonly VariantView[],
  now: Choice,
  name: string,
  value: string,
): VariantView | undefined {
  const wanted = { ...now, [name]: value };
  const exact = variants.find((one) => fits(one, wanted));
  if (exact) return exact;
  const kept = (one: VariantView) => Object.entries(now).filter(([key, was]) => one.options[key] === was).length;
  return variants
    .filter((one) => one.options[name] === value)
    .sort((a, b) => Number(b.available > 0) - Number(a.available > 0) || kept(b) - kept(a))[0];
}

export type Stock = "there" | "gone" | "never";

/** How a value of an option stands, beside the other options as they are chosen. */
export function stockOf(variants: readonly VariantView[], now: Choice, name: string, value: string): Stock {
  const found = variants.find((one) => fits(one, { ...now, [name]: value }));
  if (!found) return variants.some((one) => one.options[name] === value) ? "never" : "gone";
  return found.available > 0 ? "there" : "gone";
}
