import { type ChangeEvent, useId } from "react";
import { addressWords, COUNTRIES } from "../lib/countries";
import { type Form, type FormField, needsPostalCode, needsRegion } from "../lib/delivery";
import { Field } from "../ui/parts";

export function DeliveryFields({
  form,
  errors,
  onChange,
}: {
  form: Form;
  errors: Partial<Record<FormField, string>>;
  onChange: (field: FormField, value: string) => void;
}) {
  const country = useId();
  const words = addressWords(form.country);
  const bind = (field: FormField) => ({
    name: field,
    value: form[field],
    error: errors[field],
    onChange: (event: ChangeEvent<HTMLInputElement>) => onChange(field, event.target.value),
  });
  return (
    <>
      <fieldset className="space-y-4">
        <legend className="mb-4 text-2xl font-bold tracking-tight">Where do we write to?</legend>
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
            hint="If the courier gets lost."
            {...bind("phone")}
          />
        </div>
      </fieldset>
      <fieldset className="mt-10 space-y-4">
        <legend className="mb-4 text-2xl font-bold tracking-tight">Where does it go?</legend>
        <div>
          <label htmlFor={country} className="mb-1 block font-medium">
            Country
          </label>
          <select
            id={country}
            name="country"
            autoComplete="country"
            required
            className="field"
            value={form.country}
            aria-invalid={errors.country ? true : undefined}
            aria-describedby={errors.country ? `${country}-e` : undefined}
            onChange={(event) => onChange("country", event.target.value)}
          >
            <option value="">Choose a country</option>
            {COUNTRIES.map(({ code, name }) => (
              <option key={code} value={code}>
                {name}
              </option>
            ))}
          </select>
          {errors.country && (
            <p id={`${country}-e`} className="mt-1 text-sm font-medium text-bad">
              {errors.country}
            </p>
          )}
        </div>
        <Field label="Name" autoComplete="name" maxLength={120} {...bind("name")} />
        <Field label="Street and number" autoComplete="address-line1" maxLength={120} {...bind("line1")} />
        <Field
          label="Floor, company, care of"
          autoComplete="address-line2"
          optional
          maxLength={120}
          {...bind("line2")}
        />
        <div className="grid gap-4 sm:grid-cols-[1fr_2fr]">
          <Field
            label={words.postal}
            autoComplete="postal-code"
            maxLength={20}
            optional={!needsPostalCode(form.country)}
            {...bind("postal_code")}
          />
          <Field label="City" autoComplete="address-level2" maxLength={120} {...bind("city")} />
        </div>
        <Field
          label={words.region}
          autoComplete="address-level1"
          maxLength={120}
          optional={!needsRegion(form.country)}
          {...bind("region")}
        />
      </fieldset>
    </>
  );
}
