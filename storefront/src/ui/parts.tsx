import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { useLocation } from "react-router";
import { Problem, sentence } from "../api/problem";
import type { Money } from "../api/schema";
import { formatMoney } from "../lib/money";
import { Alcove } from "./marks";

const SHOP = "Souk";
let lastPath: string | null = null;

/** The heading of a page: names the tab, and takes the focus after a change of page so that it is read out. */
export function PageTitle({
  children,
  title,
  className = "",
}: {
  children?: ReactNode;
  title: string;
  className?: string;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  const { pathname } = useLocation();
  useEffect(() => {
    document.title = `${title} · ${SHOP}`;
  }, [title]);
  useEffect(() => {
    if (lastPath !== null && lastPath !== pathname) heading.current?.focus({ preventScroll: true });
    lastPath = pathname;
  }, [pathname]);
  return (
    <h1 ref={heading} tabIndex={-1} className={className}>
      {children ?? title}
    </h1>
  );
}

export function Price({ money, className = "" }: { money: Money; className?: string }) {
  return <span className={`tabular-nums ${className}`}>{formatMoney(money)}</span>;
}

type Tone = "bad" | "good" | "warn" | "plain";
const TONES: Record<Tone, string> = {
  bad: "bg-bad-ground text-bad",
  good: "bg-good-ground text-good",
  warn: "bg-warn-ground text-ink",
  plain: "bg-sunk text-ink",
};

/** Something to know. Bad news interrupts, other news waits for its turn. */
export function Notice({ tone, title, children }: { tone: Tone; title?: string; children?: ReactNode }) {
  return (
    <div
      role={tone === "bad" ? "alert" : "status"}
      className={`animate-[rise_160ms_ease-out] rounded-2xl px-4 py-3 ${TONES[tone]}`}
    >
      {title && <p className="font-semibold">{title}</p>}
      {children}
    </div>
  );
}

export function Failure({ error, retry, title }: { error: unknown; retry?: (() => void) | undefined; title?: string }) {
  const id = error instanceof Problem ? error.correlationId : "";
  return (
    <Notice tone="bad" {...(title ? { title } : {})}>
      <p>{sentence(error)}</p>
      {id && <p className="mt-1 text-sm opacity-80">If you write to us about it: {id}</p>}
      {retry && (
        <button type="button" className="btn btn-bad mt-3 min-h-11" onClick={retry}>
          Try again
        </button>
      )}
    </Notice>
  );
}

export function Empty({ title, children, picture }: { title: ReactNode; children?: ReactNode; picture?: ReactNode }) {
  return (
    <div className="mx-auto max-w-md py-10 text-center">
      {picture ?? <Alcove />}
      <div className="mt-6">{title}</div>
      <div className="mt-3 space-y-5 text-soft">{children}</div>
    </div>
  );
}

interface FieldProps extends React.ComponentProps<"input"> {
  label: string;
  error?: string | undefined;
  hint?: string | undefined;
  optional?: boolean;
  wrap?: string;
}

export function Field({ label, error, hint, optional, wrap = "", ...input }: FieldProps) {
  const id = useId();
  const notes = error ? `${id}-e` : hint ? `${id}-h` : undefined;
  return (
    <div className={wrap}>
      <label htmlFor={id} className="mb-1 block font-medium">
        {label} {optional && <span className="font-normal text-soft">(optional)</span>}
      </label>
      <input
        id={id}
        className="field"
        aria-invalid={error ? true : undefined}
        aria-describedby={notes}
        required={!optional}
        {...input}
      />
      <FieldNotes id={id} hint={hint} error={error} />
    </div>
  );
}

/** What stands below a field: what is wrong with it, else what it is for. `loud`: said when it comes. */
export function FieldNotes({
  id,
  hint,
  error,
  loud,
}: {
  id: string;
  hint?: string | undefined;
  error?: string | undefined;
  loud?: boolean;
}) {
  if (error)
    return (
      <p id={`${id}-e`} role={loud ? "alert" : undefined} className="mt-1 text-sm font-medium text-bad">
        {error}
      </p>
    );
  return hint ? (
    <p id={`${id}-h`} className="mt-1 text-sm text-soft">
      {hint}
    </p>
  ) : null;
}

/** How many: buttons for a thumb, a number to type for those who want many. */
export function Stepper(props: {
  value: number;
  max: number;
  label: string;
  busy?: boolean;
  onChange: (value: number) => void;
  min?: number;
}) {
  const { value, max, label, onChange, min = 1, busy = false } = props;
  const [typed, setTyped] = useState<string | null>(null);
  const button =
    "grid size-11 shrink-0 place-items-center rounded-full text-xl font-semibold hover:bg-sunk disabled:text-edge disabled:hover:bg-transparent";
  function take() {
    const wanted = Math.min(max, Math.max(min, Number(typed)));
    setTyped(null);
    if (typed && wanted !== value) onChange(wanted);
  }
  return (
    <div
      role="group"
      aria-label={label}
      className="inline-flex items-center rounded-full border-[1.5px] border-edge bg-card"
    >
      <button
        type="button"
        className={button}
        aria-label="One less"
        disabled={busy || value <= min}
        onClick={() => onChange(value - 1)}
      >
        −
      </button>
      <input
        inputMode="numeric"
        aria-label="Pieces"
        autoComplete="off"
        className="h-9 w-9 rounded-lg bg-transparent text-center font-semibold tabular-nums"
        value={typed ?? value}
        onChange={(event) => setTyped(event.target.value.replaceAll(/\D/g, "").slice(0, 3))}
        onFocus={(event) => event.target.select()}
        onBlur={take}
        onKeyDown={(event) => {
          if (event.key !== "Enter") return;
          event.preventDefault();
          take();
        }}
      />
      <span className="sr-only" aria-live="polite">
        {value}
      </span>
      <button
        type="button"
        className={button}
        aria-label="One more"
        disabled={busy || value >= max}
        onClick={() => onChange(value + 1)}
      >
        +
      </button>
    </div>
  );
}

export function Skeleton({ className }: { className: string }) {
  return <div className={`skeleton ${className}`} />;
}

/** What is there while something loads: told once to those who can't see the shapes. */
export function Loading({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div aria-busy="true">
      <p role="status" className="sr-only">
        {label}
      </p>
      <div aria-hidden="true">{children}</div>
    </div>
  );
}

/** The picture of a ware, or the shop's star where there is none. */
export function Picture({
  src,
  alt,
  className = "",
  eager = false,
}: {
  src: string | null | undefined;
  alt: string;
  className?: string;
  eager?: boolean;
}) {
  if (!src) {
    return (
      <div className={`grid place-items-center bg-sunk ${className}`} role="img" aria-label={alt}>
        <Alcove />
      </div>
    );
  }
  return (
    <img
      src={src}
      alt={alt}
      width={400}
      height={400}
      loading={eager ? "eager" : "lazy"}
      decoding="async"
      className={`bg-sunk object-cover ${className}`}
    />
  );
}
