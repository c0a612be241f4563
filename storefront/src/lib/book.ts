import type { AddressView } from "../api/schema";
import { ADDRESS_FIELDS, type AddressForm, addressOf, type Form, trimmed } from "./delivery";

/** The entry of the address book that says what is typed, if one does. */
export function entryOf(book: readonly AddressView[], typed: AddressForm): AddressView | undefined {
  const now = trimmed(typed);
  return book.find((entry) => {
    const kept = addressOf(entry);
    return ADDRESS_FIELDS.every((field) => kept[field] === now[field]);
  });
}

/** An entry in one line, for a list. */
export function entryLine({ label, name, line1, postal_code, city }: AddressView): string {
  const place = [line1, [postal_code, city].filter(Boolean).join(" ")].filter(Boolean).join(", ");
  return `${label || name}: ${place}`;
}

/** A form that says nothing of a place yet, filled from the book: where things go as a rule, and where the bills go. */
export function filled(form: Form, book: readonly AddressView[]): Form {
  const { line1, postal_code, city } = form.ship_to;
  const things = book.find((entry) => entry.default_shipping);
  if (!things || line1 || postal_code || city) return form;
  const bills = book.find((entry) => entry.default_billing) ?? things;
  return {
    ...form,
    phone: form.phone || things.phone,
    ship_to: addressOf(things),
    bill_to: form.bill_to ?? (bills.id === things.id ? null : addressOf(bills)),
  };
}
