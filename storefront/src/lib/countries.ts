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

// What an address there has, and what it can't do without: Google's address data, which the API goes by as well. It
// only decides which fields are shown and marked; the API has the last word.
const set = (codes: string) => new Set(codes.split(" "));
const REGION = set(
  "AE AM AR AS AU BB BR BS BY CA CC CL CN CO CR CU CV CX EE EG ES FM HK HN ID IE IN IQ IR IT JM JP KI KN KP KR KY KZ LT " +
    "LV MH MN MP MX MY MZ NF NG NI NR PA PE PF PG PH PW RO RU SC SO SR SV TH TR TV TW UA US UY UZ VE VI VN",
);
const REGION_NEEDED = set(
  "AE AS AU BR CA CN CO CR ES FM HK HN ID IN IQ IT JM JP KN KR KY MH MP MX NR PF PG PW RU SO SV TW US VE VI",
);
const POSTAL_NEEDED = set(
  "AS AT AU AX BE BL BR CA CH CN CZ DE DK EE ES FI FK FM FR GB GF GG GL GP GR GU HU IM IN IO IT JE JP KR LI LT LU LV MF " +
    "MH MP MQ MX MY NC NL NO NZ PF PL PM PN PR PT PW RE RO RU SE SG SH SJ SK SM TC TR TW UA US VI WF YT ZA",
);
const NO_POSTAL = set(
  "AE AG AO AW BF BI BJ BO BQ BS BW BZ CD CF CG CI CK CM CW DJ DM ER FJ GA GD GH GM GQ GY HK JM KI KM KN LC LY ML MO MR " +
    "MS MW NR NU PA PS QA RW SB SC SL SR SS ST SX SY TD TG TK TL TO TT TV UG VU WS YE ZW",
);
const CITY_OPTIONAL = set("AE AG CO GI HK ID JP KY MO NR SG SM VG");

export const usesRegion = (country: string): boolean => REGION.has(country);
export const needsRegion = (country: string): boolean => REGION_NEEDED.has(country);
export const usesPostalCode = (country: string): boolean => !NO_POSTAL.has(country);
export const needsPostalCode = (country: string): boolean => POSTAL_NEEDED.has(country);
export const needsCity = (country: string): boolean => !CITY_OPTIONAL.has(country);

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
    MY: "State",
    NG: "State",
    VE: "State",
    CA: "Province",
    CN: "Province",
    ES: "Province",
    IT: "Province",
    TR: "Province",
    AR: "Province",
    KR: "Province",
    IE: "County",
    JP: "Prefecture",
    AE: "Emirate",
    HK: "Area",
  };
  return { region: region[country] ?? "Region", postal: postal[country] ?? "Postal code" };
}
