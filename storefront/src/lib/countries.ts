import { LOCALE } from "./locale";

// ISO 3166-1 alpha-2, the codes of countries and territories that get mail.
const CODES =
  "AD AE AF AG AI AL AM AO AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BW BY BZ CA CC CD CF " +
  "CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG " +
  "GH GI GL GM GN GP GQ GR GT GU GW GY HK HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR " +
  "KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC " +
  "NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI " +
  "SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VG VI VN " +
  "VU WF WS YE YT ZA ZM ZW";

const names = new Intl.DisplayNames(LOCALE, { type: "region" });

export const countryName = (code: string): string => names.of(code) ?? code;

export const COUNTRIES: readonly { code: string; name: string }[] = CODES.split(" ")
  .map((code) => ({ code, name: countryName(code) }))
  .sort((a, b) => a.name.localeCompare(b.name, LOCALE));

/** What people there call the parts of an address. */
export function addressWords(country: string): { region: string; postal: string } {
  const postal: Record<string, string> = {
    US: "ZIP code",
    GB: "Postcode",
    IE: "Eircode",
    AU: "Postcode",
    NZ: "Postcode",
    IN: "PIN code",
  };
  const region: Record<string, string> = {
    US: "State",
    AU: "State",
    IN: "State",
    BR: "State",
    MX: "State",
    CA: "Province",
    GB: "County",
    IE: "County",
    JP: "Prefecture",
    CH: "Canton",
    AE: "Emirate",
  };
  return { region: region[country] ?? "Region", postal: postal[country] ?? "Postal code" };
}
