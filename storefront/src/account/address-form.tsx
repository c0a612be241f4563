import { type FormEvent, useEffect, useRef, useState } from "react";
import type { AddressView } from "../api/schema";
import { AddressFields } from "../checkout/fields";
import {
  ADDRESS_FIELDS,
  type AddressField,
  addressOf,
  emptyAddress,
  missingIn,
  trimmed,
  withCountry,
} from "../lib/delivery";
import { likelyCountry } from "../lib/locale";
import { Field } from "../ui/parts";
import { useBookChanges } from "./book";
import { usePerson } from "./me";
import { atFields, faultsOf, Save, useFaults } from "./parts";

const FIELDS = [...ADDRESS_FIELDS, "label", "phone"];

/** A new address, or one of the book. The first one is for everything, whatever is ticked. */
export function AddressForm({
  entry,
  first,
  onDone,
}: {
  entry: AddressView | null;
  first: boolean;
  onDone: (said: string) => void;
}) {
  const person = usePerson();
  const { add, update } = useBookChanges();
  const page = useRef<HTMLFormElement>(null);
  const [address, setAddress] = useState(() =>
    entry ? addressOf(entry) : emptyAddress(person?.name ?? "", likelyCountry()),
  );
  const [label, setLabel] = useState(entry?.label ?? "");
  const [phone, setPhone] = useState(entry?.phone ?? "");
  const [uses, setUses] = useState({
    default_shipping: entry?.default_shipping ?? first,
    default_billing: entry?.default_billing ?? first,
  });
  const { faults, refuse, forget, clear } = useFaults(page);
  const { isPending, error } = entry ? update : add;

  // Whoever opened it by keyboard goes on in it; on the empty page nobody has pressed anything.
  useEffect(() => {
    if (!first) page.current?.querySelector<HTMLElement>("input, select")?.focus();
  }, [first]);

  function change(field: AddressField, value: string) {
    setAddress(field === "country" ? withCountry(address, value) : { ...address, [field]: value });
    forget(...(field === "country" ? ["country", "region", "postal_code", "city"] : [field]));
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    const found = missingIn(address, (field) => field);
    if (Object.keys(found).length) {
      refuse(found);
      return;
    }
    clear();
    const body = { ...trimmed(address), label: label.trim(), phone: phone.trim() };
    const after = { onSuccess: () => onDone("Saved."), onError: (problem: unknown) => refuse(faultsOf(problem)) };
    if (!entry) {
      add.mutate({ ...body, ...uses }, after);
      return;
    }
    // A default is given away by making another address the default: only a yes is sent.
    const made = Object.fromEntries(Object.entries(uses).filter(([, yes]) => yes));
    update.mutate({ entry, patch: { ...body, ...made } }, after);
  }

  const boxes = [
    { member: "default_shipping", words: "Things usually go here" },
    { member: "default_billing", words: "Bills usually go here" },
  ] as const;
  return (
    <form ref={page} onSubmit={submit} noValidate className="sheet space-y-4 p-6">
      <AddressFields
        kind="shipping"
        path={(field) => field}
        legend={entry ? "Change the address" : first ? "Your first address" : "A new address"}
        address={address}
        faults={faults}
        onChange={change}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label="Phone"
          type="tel"
          autoComplete="tel"
          optional
          maxLength={40}
          hint="If the courier gets lost."
          value={phone}
          error={faults.phone}
          onChange={(event) => {
            setPhone(event.target.value);
            forget("phone");
          }}
        />
        <Field
          label="What you call it"
          optional
          maxLength={40}
          hint="Home, the workshop, aunt Maud …"
          value={label}
          error={faults.label}
          onChange={(event) => {
            setLabel(event.target.value);
            forget("label");
          }}
        />
      </div>
      {!first && (
        <div>
          {boxes.map(({ member, words }) => (
            <label key={member} className="flex min-h-11 w-fit items-center gap-3">
              <input
                type="checkbox"
                className="size-6 accent-accent"
                checked={uses[member]}
                // The default stays one until another takes its place.
                disabled={entry?.[member] ?? false}
                onChange={(event) => setUses({ ...uses, [member]: event.target.checked })}
              />
              {words}
            </label>
          ))}
        </div>
      )}
      <Save busy={isPending} said="" error={error && !atFields(error, FIELDS) ? error : undefined} words="Save address">
        {!first && (
          <button type="button" className="btn btn-quiet" onClick={() => onDone("")}>
            Never mind
          </button>
        )}
      </Save>
    </form>
  );
}
