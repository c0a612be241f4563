import { type ChangeEvent, type ReactNode, useId } from "react";
import {
  addressWords,
  COUNTRIES,
  needsCity,
  needsPostalCode,
  needsRegion,
  usesPostalCode,
  usesRegion,
} from "../lib/countries";
import { type AddressField, type AddressForm, type Faults, type Form, pathOf, type Which } from "../lib/delivery";
import { regionsOf } from "../lib/regions";
import { Field } from "../ui/parts";

export const Legend = ({ children }: { children: ReactNode }) => (
  <legend className="mb-4 text-2xl font-bold tracking-tight">{children}</legend>
);

/** Whom to write to. */
export function ContactFields({
  form,
  faults,
  onChange,
}: {
  form: Form;
  faults: Faults;
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
          hint="For the receipt, and nothing else."
          {...bind("email")}
        />
        <Field
          label="Phone"
          type="tel"
          autoComplete="tel"
          optional
          maxLength={40}
          hint="If the courier gets lost."
          {...bind("phone")}
        />
      </div>
    </fieldset>
  );
}

/** An address. Its country decides what it has and what its parts are called. */
export function AddressFields({
  which,
  legend,
  address,
  faults,
  onChange,
}: {
  which: Which;
  legend: string;
  address: AddressForm;
  faults: Faults;
  onChange: (field: AddressField, value: string) => void;
}) {
  const { country } = address;
  const words = addressWords(country);
  const regions = regionsOf(country);
  const kind = which === "ship_to" ? "shipping" : "billing";
  const bind = (field: AddressField, auto: string) => ({
    name: `${kind}-${field}`,
    value: address[field],
    error: faults[pathOf(which, field)],
    autoComplete: `${kind} ${auto}`,
    onChange: (event: ChangeEvent<HTMLInputElement | HTMLSelectElement>) => onChange(field, event.target.value),
  });
  return (
    <fieldset className="space-y-4">
      <Legend>{legend}</Legend>
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
        (usesRegion(country) || faults[pathOf(which, "region")] || address.region) && (
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

interface SelectProps extends React.ComponentProps<"select"> {
  label: string;
  empty: string;
  choices: readonly { code: string; name: string }[];
  error?: string | undefined;
}

function Select({ label, empty, choices, error, ...select }: SelectProps) {
  const id = useId();
  return (
    <div>
      <label htmlFor={id} className="mb-1 block font-medium">
        {label}
      </label>
      <select
        id={id}
        required
        className="field"
        aria-invalid={error ? true : undefined}
        aria-describedby={error ? `${id}-e` : undefined}
        {...select}
      >
        <option value="">{empty}</option>
        {choices.map(({ code, name }) => (
          <option key={code} value={code}>
            {name}
          </option>
        ))}
      </select>
      {error && (
        <p id={`${id}-e`} className="mt-1 text-sm font-medium text-bad">
          {error}
        </p>
      )}
    </div>
  );
}
