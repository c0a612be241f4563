import type { Address, Delivery } from "../api/schema";
import { needsCity, needsPostalCode, needsRegion, usesPostalCode, usesRegion } from "./countries";
import { regionsOf } from "./regions";

/** An address as it is typed. */
export interface AddressForm {
  name: string;
  company: string;
  line1: string;
  line2: string;
  city: string;
  region: string;
  postal_code: string;
  country: string;
}
export type AddressField = keyof AddressForm;
export const ADDRESS_FIELDS = "name company line1 line2 postal_code city region country".split(" ") as AddressField[];

/** The checkout's form as it is typed. `bill_to` is null where the bill goes to where the things go; `note` is the cart's. */
export interface Form {
  email: string;
  phone: string;
  ship_to: AddressForm;
  bill_to: AddressForm | null;
  method: string;
  note: string;
}
export type Which = "ship_to" | "bill_to";

/** What is wrong, by the API's names of the fields (`shipping_address.postal_code`). */
export type Faults = Record<string, string>;
const PATHS: Record<Which, string> = { ship_to: "shipping_address", bill_to: "billing_address" };
export const pathOf = (which: Which, field: AddressField): string => `${PATHS[which]}.${field}`;

export const emptyAddress = (name: string, country: string): AddressForm => ({
  name,
  company: "",
  line1: "",
  line2: "",
  city: "",
  region: "",
  postal_code: "",
  country,
});

export function formOf(delivery: Delivery | null, email: string, name: string, country: string, note = ""): Form {
  return {
    email: delivery?.contact.email ?? email,
    phone: delivery?.contact.phone ?? "",
    ship_to: typed(delivery?.shipping_address) ?? emptyAddress(name, country),
    bill_to: typed(delivery?.billing_address),
    method: delivery?.method ?? "",
    note,
  };
}

function typed(address: Address | null | undefined): AddressForm | null {
  return address ? addressOf(address) : null;
}

/** An address of the API's as a form, without what else came with it. */
export function addressOf(address: Address): AddressForm {
  const form = emptyAddress("", "");
  for (const field of ADDRESS_FIELDS) form[field] = address[field] ?? "";
  return form;
}

export function deliveryOf(form: Form): Delivery {
  const phone = form.phone.trim();
  return {
    contact: { email: form.email.trim(), ...(phone ? { phone } : {}) },
    shipping_address: trimmed(form.ship_to),
    ...(form.bill_to ? { billing_address: trimmed(form.bill_to) } : {}),
    method: form.method,
  };
}

/** As it is sent. */
export function trimmed(address: AddressForm): AddressForm {
  const whole = { ...address };
  for (const field of ADDRESS_FIELDS) whole[field] = whole[field].trim();
  return whole;
}

/** With another country its regions and postal codes are others too. */
export function withCountry(address: AddressForm, country: string): AddressForm {
  return { ...address, country, region: "", postal_code: usesPostalCode(country) ? address.postal_code : "" };
}

/** The place as far as shipping cares, or null as long as too little of it is known. */
export function destinationOf({ country, region }: AddressForm): { country: string; region: string } | null {
  const known = regionsOf(country);
  if (!country || (known.length && !known.some(({ code }) => code === region))) return null;
  return { country, region: known.length ? region : "" };
}

/** What is still missing before it is worth asking the API, which has the last word on what is right. */
export function missing(form: Form): Faults {
  const found: Faults = {};
  const email = form.email.trim();
  if (!/^\S+@\S+\.\S+$/.test(email)) {
    found["contact.email"] = email ? "This doesn't look like an email address." : "We need it to send you the receipt.";
  }
  for (const which of ["ship_to", "bill_to"] as const) {
    const address = form[which];
    if (address)
      Object.assign(
        found,
        missingIn(address, (field) => pathOf(which, field)),
      );
  }
  return found;
}

/** What is missing in an address, by the API's names of its fields. */
export function missingIn(address: AddressForm, path: (field: AddressField) => string): Faults {
  const found: Faults = {};
  const { country } = address;
  const lacks = (field: AddressField, words: string) => {
    if (!address[field].trim()) found[path(field)] = words;
  };
  lacks("country", "Choose a country.");
  lacks("name", "Who is it for?");
  lacks("line1", "Where should it go?");
  if (needsCity(country)) lacks("city", "This is needed.");
  if (usesPostalCode(country) && needsPostalCode(country)) lacks("postal_code", "This is needed.");
  if (usesRegion(country) && needsRegion(country)) lacks("region", "This is needed.");
  return found;
}
