import { type ReactNode, type RefObject, useEffect, useState } from "react";
import { Problem } from "../api/problem";
import type { Faults } from "../lib/delivery";
import { Spinner } from "../ui/marks";
import { Failure } from "../ui/parts";

/** What the API says of single fields, by their names. */
export function faultsOf(error: unknown): Faults {
  if (!(error instanceof Problem)) return {};
  return Object.fromEntries(error.errors.map(({ field }) => [field, error.field(field) ?? ""]));
}

/** Whether all that is wrong stands at the fields already. */
export const atFields = (error: unknown, fields: readonly string[]): boolean =>
  error instanceof Problem && error.errors.length > 0 && error.errors.every(({ field }) => fields.includes(field));

/** What is wrong in a form. Refused, it takes the focus to the first fault, once that is shown. */
export function useFaults(form: RefObject<HTMLElement | null>) {
  const [faults, setFaults] = useState<Faults>({});
  const [times, setTimes] = useState(0);
  useEffect(() => {
    if (times) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [times, form]);
  function refuse(found: Faults) {
    setFaults(found);
    setTimes((before) => before + 1);
  }
  /** Whoever types in a field has heard of its fault. */
  function forget(...fields: string[]) {
    setFaults((now) => Object.fromEntries(Object.entries(now).filter(([field]) => !fields.includes(field))));
  }
  return { faults, refuse, forget, clear: () => setFaults({}) };
}

/** The foot of a form: its button, and what became of it, which is read out. */
export function Save({
  busy,
  said,
  error,
  words = "Save",
  children,
}: {
  busy: boolean;
  said: string;
  error?: unknown;
  words?: string;
  children?: ReactNode;
}) {
  return (
    <div className="space-y-4">
      {error ? <Failure error={error} /> : null}
      <div className="flex flex-wrap items-center gap-3">
        <button type="submit" className="btn btn-main" disabled={busy}>
          {busy ? <Spinner label="Saving" /> : words}
        </button>
        {children}
        <p role="status" className="font-medium text-good">
          {said}
        </p>
      </div>
    </div>
  );
}
