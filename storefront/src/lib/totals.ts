import type { AppliedPromotion, Explanation, Money, ShippingOption, Totals } from "../api/schema";
import { lineName } from "./names";

/** A rate of tax as people say it: "19 % VAT". */
export const rateName = (tax: { name: string; percent: string }): string => `${tax.percent}\u00a0% ${tax.name}`;

export interface Row {
  name: string;
  note: string;
  amount: Money;
}

interface Bill {
  totals: Totals;
  promotions: readonly AppliedPromotion[];
  shipping: ShippingOption | null;
}

/** What is added up to the total, in its order; what is taken off is negative. */
export function rowsOf({ totals, promotions, shipping }: Bill): Row[] {
  const rows: Row[] = [{ name: "Goods", note: "", amount: totals.items }];
  for (const { title, code, amount } of promotions) rows.push({ name: title, note: code, amount: negative(amount) });
  if (!promotions.length && totals.discount.amount) {
    rows.push({ name: "Discount", note: "", amount: negative(totals.discount) });
  }
  if (shipping || totals.shipping.amount) {
    rows.push({ name: "Shipping", note: shipping?.title ?? "", amount: totals.shipping });
  }
  const taxes = totals.taxes.filter((tax) => !tax.included);
  for (const tax of taxes) rows.push({ name: rateName(tax), note: "", amount: tax.amount });
  if (!taxes.length && totals.tax.amount) rows.push({ name: "Tax", note: "", amount: totals.tax });
  if (totals.rounding?.amount) rows.push({ name: "Rounding", note: "", amount: totals.rounding });
  return rows;
}

/** The taxes that are inside of the prices. */
export function includedIn(totals: Totals): Row[] {
  return totals.taxes
    .filter((tax) => tax.included)
    .map((tax) => ({ name: `incl. ${rateName(tax)}`, note: "", amount: tax.amount }));
}

interface Named {
  line_id: string;
  title: string;
  variant_title: string;
}

/** All of the tax, on the prices and in them. */
export const taxOf = (totals: Totals): Money => ({
  ...totals.tax,
  amount: totals.tax.amount + (totals.included_tax?.amount ?? 0),
});

export interface Part {
  kind: Explanation["kind"];
  name: string;
  /** How it is reckoned: "2 × $4.20", "19 % of $40.00". */
  from: string;
  amount: Money;
  /** It is inside of other parts and does not add to the total. */
  included: boolean;
  /** What of it falls on which line, or on the shipping. */
  shares: { name: string; amount: Money }[];
}

/** Where every part of the total comes from, with the lines by their names. */
export function derivation(
  bill: Bill & { lines: readonly (Named & { quantity: number; unit_price: Money | null })[] },
  format: (money: Money) => string,
): Part[] {
  const { totals, lines, promotions } = bill;
  const nameOf = (line: Named | undefined) => (line ? lineName(line) : "");
  const named = (id: string) => (id ? nameOf(lines.find((line) => line.line_id === id)) : "Shipping");
  // The API lists the taxes in one order, in the sums as in their derivation.
  let taxes = 0;
  return totals.explain.map((part) => {
    const { kind, reference, text, amount, included, shares } = part;
    const whole = {
      kind,
      amount,
      included,
      shares: shares.map((one) => ({ name: named(one.line_id), amount: one.amount })),
    };
    if (kind === "item") {
      const line = lines.find((one) => one.line_id === reference);
      const from = line?.unit_price ? `${line.quantity} × ${format(line.unit_price)}` : text;
      return { ...whole, name: nameOf(line), from };
    }
    if (kind === "tax") {
      const tax = totals.taxes[taxes++];
      if (!tax) return { ...whole, name: text, from: "" };
      return {
        ...whole,
        name: rateName(tax),
        from: `${tax.percent}\u00a0% of ${format(tax.base)}${included ? ", which the prices hold" : ""}`,
      };
    }
    const code = promotions.find((one) => one.id === reference)?.code;
    if (kind === "promotion") return { ...whole, name: text, from: code ? `by the code ${code}` : "applies by itself" };
    return kind === "shipping"
      ? { ...whole, name: "Shipping", from: text }
      : { ...whole, name: "Rounding", from: text };
  });
}

const negative = (money: Money): Money => ({ ...money, amount: -money.amount });
