/** The pages are in English; among its kinds the visitor's own. */
export const LOCALE =
  (typeof navigator === "undefined" ? [] : navigator.languages).find((tag) => tag.startsWith("en")) ?? "en";

/** ISO 3166-1 code of where the visitor seems to be, or nothing. */
export function likelyCountry(): string {
  if (typeof navigator === "undefined") return "";
  for (const tag of navigator.languages) {
    const region = new Intl.Locale(tag).region;
    if (region && /^[A-Z]{2}$/.test(region)) return region;
  }
  return "";
}
