import type { ChangeEvent, ReactNode } from "react";
import {
  addressWords,
  COUNTRIES,
  needsCity,
  needsPostalCode,
  needsRegion,
  usesPostalCode,
  usesRegion,
} from "../lib/countries";
import type { AddressField, AddressForm, Faults, Form } from "../lib/delivery";
import { regionsOf } from "../lib/regions";
import { Field } from "../ui/parts";
import { Select } from "../ui/select";

export const Legend = ({ children }: { children: ReactNode }) => (
  <legend className="mb-4 text-2xl font-bold tracking-tight">{children}</legend>
);

/** Whom to write to. */
export function ContactFields({
  form,
  faults,
  mailed,
  onChange,
}: {
  form: Form;
  faults: Faults;
  mailed: boolean;
  onChange: (field: "email" | "phone", value: string) => void;
}) {
  const bind = (field: "email" | "phone") => ({
    name: field,
    value: form[field],
    error: faults[`contact.${field}`],
    onChange: (event: ChangeEvent<HTMLInputElement>) => onChange(field, event.target.value),
  });
  return (
    <fieldset>
      <Legend>Where do we write to?</Legend>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label="Email"
          type="email"
          autoComplete="email"
          inputMode="email"
          hint={mailed ? "For the receipt, and the codes." : "For the receipt, and nothing else."}
          {...bind("email")}
        />
        <Field
          label="Phone"
          type="tel"
          autoComplete="tel"
          optional
          maxLength={40}
          hint={mailed ? undefined : "If the courier gets lost."}
          {...bind("phone")}
        />
      </div>
    </fieldset>
  );
}

/** An address. Its country decides what it has and what its parts are called. `path` is the API's name of a field. */
export function AddressFields({
  kind,
  path,
  legend,
  address,
  faults,
  onChange,
  children,
}: {
  kind: "shipping" | "billing";
  path: (field: AddressField) => string;
  legend: string;
  address: AddressForm;
  faults: Faults;
  onChange: (field: AddressField, value: string) => void;
  /** What stands above the fields. */
  children?: ReactNode;
}) {
  const { country } = address;
  const words = addressWords(country);
  const regions = regionsOf(country);
  const bind = (field: AddressField, auto: string) => ({
    name: `${kind}-${field}`,
    value: address[field],
    error: faults[path(field)],
    autoComplete: `${kind} ${auto}`,
    onChange: (event: ChangeEvent<HTMLInputElement | HTMLSelectElement>) => onChange(field, event.target.value),
  });
  return (
    <fieldset className="space-y-4">
      <Legend>{legend}</Legend>
      {children}
      <Select label="Country" empty="Choose a country" choices={COUNTRIES} {...bind("country", "country")} />
      <Field label="Name" maxLength={120} {...bind("name", "name")} />
      <Field label="Street and number" maxLength={120} {...bind("line1", "address-line1")} />
      <Field label="Floor, company, care of" optional maxLength={120} {...bind("line2", "address-line2")} />
      <div className="grid gap-4 sm:grid-cols-[1fr_2fr]">
        {usesPostalCode(country) && (
          <Field
            label={words.postal}
            maxLength={20}
            optional={!needsPostalCode(country)}
            {...bind("postal_code", "postal-code")}
          />
        )}
        <Field
          label="City"
          maxLength={120}
          optional={!needsCity(country)}
          wrap={usesPostalCode(country) ? "" : "col-span-full"}
          {...bind("city", "address-level2")}
        />
      </div>
      {regions.length > 0 ? (
        <Select
          label={words.region}
          empty={`Choose a ${words.region.toLowerCase()}`}
          choices={regions}
          {...bind("region", "address-level1")}
        />
      ) : (
        // Where addresses name no region the field is out of the way, unless the API wants to talk about it.
        (usesRegion(country) || faults[path("region")] || address.region) && (
          <Field
            label={words.region}
            maxLength={120}
            optional={!needsRegion(country)}
            {...bind("region", "address-level1")}
          />
        )
      )}
    </fieldset>
  );
}
