import type { Money } from "../api/schema";
import { LOCALE } from "./locale";

// The API counts in minor units; how many decimals those are is ISO 4217's to say. Browsers can't be asked: their
// table is for display and differs (IQD, LBP). The lists are those of the API's own commerce/money.py.
const NONE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(" ");
const THREE = "BHD IQD JOD KWD LYD OMR TND".split(" ");

export function exponent(currency: string): number {
  return NONE.includes(currency) ? 0 : THREE.includes(currency) ? 3 : 2;
}

/** Minor units as an exact decimal: (1999, "USD") is "19.99". No float is involved. */
export function decimal(amount: number, currency: string): `${number}` {
  const places = exponent(currency);
  const digits = String(Math.abs(amount)).padStart(places + 1, "0");
  const text = places ? `${digits.slice(0, -places)}.${digits.slice(-places)}` : digits;
  return `${amount < 0 ? "-" : ""}${text}` as `${number}`;
}

const formats = new Map<string, Intl.NumberFormat>();

/** Money for people, exact to the last minor unit. */
export function formatMoney({ amount, currency }: Money): string {
  let format = formats.get(currency);
  if (!format) {
    const places = exponent(currency);
    format = new Intl.NumberFormat(LOCALE, {
      style: "currency",
      currency,
      minimumFractionDigits: places,
      maximumFractionDigits: places,
    });
    formats.set(currency, format);
  }
  // A string is formatted as the decimal it is; a number would have to be divided first.
  return format.format(decimal(amount, currency));
}
