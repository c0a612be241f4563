import { useId } from "react";
import { FieldNotes } from "./parts";

interface SelectProps extends React.ComponentProps<"select"> {
  label: string;
  /** What stands where nothing is chosen. */
  empty: string;
  choices: readonly { code: string; name: string }[];
  error?: string | undefined;
  hint?: string | undefined;
}

/** One of many, by its code. */
export function Select({ label, empty, choices, error, hint, ...select }: SelectProps) {
  const id = useId();
  const notes = error ? `${id}-e` : hint ? `${id}-h` : undefined;
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
        aria-describedby={notes}
        {...select}
      >
        <option value="">{empty}</option>
        {choices.map(({ code, name }) => (
          <option key={code} value={code}>
            {name}
          </option>
        ))}
      </select>
      <FieldNotes id={id} hint={hint} error={error} />
    </div>
  );
}
