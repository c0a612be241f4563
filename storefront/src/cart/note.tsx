import { useEffect, useId, useRef, useState } from "react";

/** A word with a line: shown, written, kept. */
export function Note({
  note,
  about,
  most,
  busy,
  onKeep,
}: {
  note: string;
  about: string;
  most: number;
  busy: boolean;
  onKeep: (note: string, kept: () => void) => void;
}) {
  const id = useId();
  const [typed, setTyped] = useState<string | null>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const open = typed !== null;
  const wasOpen = useRef(false);
  useEffect(() => {
    if (open) field.current?.focus();
    else if (wasOpen.current) opener.current?.focus();
    wasOpen.current = open;
  }, [open]);

  if (typed === null) {
    return (
      <p className="min-w-0 break-words">
        {note && <span className="whitespace-pre-line text-soft">“{note}” </span>}
        <button ref={opener} type="button" className="link min-h-9" onClick={() => setTyped(note)}>
          {note ? "Change" : "Add a note"}
          <span className="sr-only"> {note ? `the note for ${about}` : `for ${about}`}</span>
        </button>
      </p>
    );
  }
  return (
    <div>
      <label htmlFor={id} className="mb-1 block text-sm font-medium">
        A note for {about}
      </label>
      <textarea
        ref={field}
        id={id}
        className="field"
        rows={2}
        maxLength={most}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => event.key === "Escape" && setTyped(null)}
      />
      <div className="mt-2 flex gap-3">
        <button
          type="button"
          className="btn btn-quiet min-h-11"
          disabled={busy}
          onClick={() => onKeep(typed.trim(), () => setTyped(null))}
        >
          Keep the note
        </button>
        <button type="button" className="link min-h-11" onClick={() => setTyped(null)}>
          Never mind
        </button>
      </div>
    </div>
  );
}
