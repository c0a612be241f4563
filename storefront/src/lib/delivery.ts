import type { Delivery } from "../api/schema";
import { forget, read, write } from "./storage";

/** The delivery form as it is typed. */
export interface Form {
  email: string;
  phone: string;
  name: string;
  line1: string;
  line2: string;
  city: string;
  region: string;
  postal_code: string;
  country: string;
}

export type FormField = keyof Form;

// Where a letter without it goes astray. Elsewhere it is up to the buyer.
const NEEDS_POSTAL_CODE =
  "AT AU BE BR CA CH CZ DE DK ES FI FR GB GR HU IL IN IT JP KR MX NL NO NZ PL PT RO SE SG US".split(" ");
const NEEDS_REGION = ["AU", "CA", "US"];

export const needsPostalCode = (country: string): boolean => NEEDS_POSTAL_CODE.includes(country);
export const needsRegion = (country: string): boolean => NEEDS_REGION.includes(country);

export function formOf(delivery: Delivery | null, email: string, name: string, country: string): Form {
  const { contact, shipping_address: to } = delivery ?? {};
  return {
    email: contact?.email ?? email,
    phone: contact?.phone ?? "",
    name: to?.name ?? name,
    line1: to?.line1 ?? "",
    line2: to?.line2 ?? "",
    city: to?.city ?? "",
    region: to?.region ?? "",
    postal_code: to?.postal_code ?? "",
    country: to?.country ?? country,
  };
}

const LAST = "souk.delivery";

/** For the next purchase in this tab. */
export const keepDelivery = (delivery: Delivery): void => write("session", LAST, delivery);
export const lastDelivery = (): Delivery | null => read<Delivery>("session", LAST);
export const forgetDelivery = (): void => forget("session", LAST);

export function deliveryOf(form: Form): Delivery {
  const { email, phone, ...address } = form;
  const trimmed = Object.fromEntries(Object.entries(address).map(([name, value]) => [name, value.trim()]));
  return {
    contact: { email: email.trim(), ...(phone.trim() ? { phone: phone.trim() } : {}) },
    shipping_address: { company: "", ...(trimmed as Omit<Form, "email" | "phone">) },
    method: "flat",
  };
}

const PATHS: Record<FormField, string> = {
  email: "contact.email",
  phone: "contact.phone",
  name: "shipping_address.name",
  line1: "shipping_address.line1",
  line2: "shipping_address.line2",
  city: "shipping_address.city",
  region: "shipping_address.region",
  postal_code: "shipping_address.postal_code",
  country: "shipping_address.country",
};

/** The API's name of a field, as its problems use it. */
export const pathOf = (field: FormField): string => PATHS[field];
export const FIELDS = Object.keys(PATHS) as FormField[];

/** What is still missing before it is worth asking the API, which has the last word on what is right. */
export function missing(form: Form): Partial<Record<FormField, string>> {
  const found: Partial<Record<FormField, string>> = {};
  if (!/^\S+@\S+\.\S+$/.test(form.email.trim())) {
    found.email = form.email.trim()
      ? "This doesn't look like an email address."
      : "We need it to send you the receipt.";
  }
  if (!form.name.trim()) found.name = "Who is it for?";
  if (!form.line1.trim()) found.line1 = "Where should it go?";
  if (!form.city.trim()) found.city = "This is needed.";
  if (!form.country) found.country = "Choose a country.";
  if (!form.postal_code.trim() && needsPostalCode(form.country)) found.postal_code = "This is needed.";
  if (!form.region.trim() && needsRegion(form.country)) found.region = "This is needed.";
  return found;
}
