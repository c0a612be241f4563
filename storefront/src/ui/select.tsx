import { useId } from "react";

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
      {hint && !error && (
        <p id={`${id}-h`} className="mt-1 text-sm text-soft">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-e`} className="mt-1 text-sm font-medium text-bad">
          {error}
        </p>
      )}
    </div>
  );
}
