import { type ReactNode, type Ref, useId } from "react";
import { Spinner } from "./marks";
import { FieldNotes } from "./parts";

/** A code to type, and the button that uses it. It may stand in a larger form: Enter is its own. */
export function CodeField({
  ref,
  label,
  placeholder,
  typed,
  refused,
  busy,
  words,
  onType,
  onUse,
}: {
  ref: Ref<HTMLInputElement>;
  label: ReactNode;
  placeholder?: string;
  typed: string;
  refused: string | undefined;
  busy: boolean;
  /** What the button is called. */
  words: string;
  onType: (typed: string) => void;
  onUse: () => void;
}) {
  const id = useId();
  return (
    <>
      <label htmlFor={id} className="mb-1 block font-medium">
        {label}
      </label>
      <div className="flex gap-2">
        <input
          ref={ref}
          id={id}
          className="field min-w-0 uppercase tabular-nums placeholder:normal-case"
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          maxLength={64}
          placeholder={placeholder}
          value={typed}
          aria-invalid={refused ? true : undefined}
          aria-describedby={refused ? `${id}-e` : undefined}
          onChange={(event) => onType(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter") return;
            event.preventDefault();
            onUse();
          }}
        />
        <button type="button" className="btn btn-quiet shrink-0" disabled={busy} onClick={onUse}>
          {busy ? <Spinner label="Looking" /> : words}
        </button>
      </div>
      <FieldNotes id={id} error={refused} loud />
    </>
  );
}
