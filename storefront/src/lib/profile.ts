import type { ProfilePatch, ProfileView } from "../api/schema";
import { LOCALE } from "./locale";

/** What people may say of themselves, as it is typed; empty where they leave it to the shop. */
export interface Preferences {
  name: string;
  locale: string;
  currency: string;
  time_zone: string;
}
const FIELDS = ["name", "locale", "currency", "time_zone"] as const;

export const preferencesOf = (profile: ProfileView): Preferences => ({
  name: profile.name,
  locale: profile.locale,
  currency: profile.currency,
  time_zone: profile.time_zone,
});

/** What is to be told, or null where nothing is new. Emptied is null: as the shop has it without a word of theirs. */
export function changed(profile: ProfileView, form: Preferences): ProfilePatch | null {
  const before = preferencesOf(profile);
  const patch: ProfilePatch = {};
  for (const field of FIELDS) {
    const value = form[field].trim();
    if (value !== before[field]) patch[field] = value || null;
  }
  return Object.keys(patch).length ? patch : null;
}

/** What is typed, upon a profile that was changed elsewhere meanwhile: what was not touched here is as it is there. */
export function rebased(before: ProfileView, now: ProfileView, form: Preferences): Preferences {
  const [was, is] = [preferencesOf(before), preferencesOf(now)];
  const next = { ...form };
  for (const field of FIELDS) if (form[field].trim() === was[field]) next[field] = is[field];
  return next;
}

interface Choice {
  code: string;
  name: string;
}

// Those that many read; whoever has said another keeps it.
const LOCALES =
  "ar bg bn cs da de de-AT de-CH el en en-AU en-CA en-GB en-IE en-IN en-US es es-MX et fa fi fr fr-BE fr-CA fr-CH he hi hr hu id it " +
  "ja ko lt lv ms nb nl nl-BE pl pt pt-BR ro ru sk sl sr sv sw ta th tr uk ur vi zh-Hans zh-Hant";

/** Languages by their own names. */
export function localeChoices(chosen: string): Choice[] {
  const codes = new Set(LOCALES.split(" "));
  if (chosen) codes.add(chosen);
  return [...codes].map((code) => ({ code, name: ownName(code) })).sort((a, b) => a.name.localeCompare(b.name, LOCALE));
}

function ownName(code: string): string {
  try {
    const name = new Intl.DisplayNames(code, { type: "language" }).of(code) ?? code;
    return name.charAt(0).toLocaleUpperCase(code) + name.slice(1);
  } catch {
    return code;
  }
}

/** The shop's currencies, and what was chosen when it had more of them. */
export function currencyChoices(sold: readonly string[], chosen: string): Choice[] {
  const names = new Intl.DisplayNames(LOCALE, { type: "currency" });
  const codes = new Set([...sold, ...(chosen ? [chosen] : [])]);
  return [...codes].map((code) => ({ code, name: `${names.of(code) ?? code} (${code})` }));
}

/** The zones that this browser knows, and the one that was chosen with another. */
export function zoneChoices(chosen: string): Choice[] {
  const names = new Set(["UTC", ...Intl.supportedValuesOf("timeZone"), ...(chosen ? [chosen] : [])]);
  return [...names].map((code) => ({ code, name: code.replaceAll("_", " ").replaceAll("/", " / ") }));
}
