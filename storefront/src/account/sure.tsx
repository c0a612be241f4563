import { type ReactNode, useId, useRef } from "react";
import { Spinner } from "../ui/marks";

/** A press that asks once more before something is gone. */
export function Sure({
  ask,
  words,
  title,
  busy,
  onYes,
  children,
}: {
  /** What the button that opens it is called for those who hear it. */
  ask: string;
  words: string;
  title: string;
  busy: boolean;
  onYes: () => void;
  children?: ReactNode;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  return (
    <>
      <button
        type="button"
        className="link min-h-11 text-bad"
        aria-label={ask}
        disabled={busy}
        onClick={() => dialog.current?.showModal()}
      >
        {busy ? <Spinner label={words} /> : words}
      </button>
      <dialog
        ref={dialog}
        aria-labelledby={id}
        className="w-[min(28rem,calc(100vw-2rem))] rounded-3xl bg-card p-6 text-ink"
      >
        <h2 id={id} className="text-2xl">
          {title}
        </h2>
        {children && <p className="mt-2 text-soft">{children}</p>}
        <div className="mt-5 flex flex-wrap justify-end gap-3">
          <button type="button" className="btn btn-quiet" onClick={() => dialog.current?.close()}>
            Keep it
          </button>
          <button
            type="button"
            className="btn btn-bad"
            onClick={() => {
              dialog.current?.close();
              onYes();
            }}
          >
            {words}
          </button>
        </div>
      </dialog>
    </>
  );
}
