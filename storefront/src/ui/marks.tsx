import type { ReactNode } from "react";

/** The shop's mark: the eight-pointed star of its tiles. */
export function Star({ className = "" }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" className={className} aria-hidden="true">
      <path d="M6.8 6.8h18.4v18.4H6.8zM16 3l13 13-13 13L3 16z" fill="currentColor" />
      <circle cx="16" cy="16" r="4.6" fill="var(--saffron)" />
    </svg>
  );
}

export function Basket({ className = "" }: { className?: string }) {
  return (
    <svg
      viewBox="0 0 24 24"
      className={className}
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d="M3 10h18l-1.7 9a2 2 0 0 1-2 1.6H6.7a2 2 0 0 1-2-1.6zM7.5 10l3.2-6.5M16.500 10l-3.200-6.500M9 14v3M12 14v3M15 14v3" />
    </svg>
  );
}

/** Something to be fetched and kept. */
export function Fetch({ className = "size-5" }: { className?: string }) {
  return (
    <svg
      viewBox="0 0 24 24"
      className={className}
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d="M12 4v11M7.500 11 12 15.500 16.500 11M4.500 20h15" />
    </svg>
  );
}

export function Spinner({ label }: { label?: string }) {
  return (
    <span className="inline-flex items-center gap-2">
      <Star className="size-5 animate-[turn_2.4s_linear_infinite] text-current" />
      {label}
    </span>
  );
}

/** An alcove like those behind the wares, for pages with nothing in them. */
export function Alcove({ children }: { children?: ReactNode }) {
  return (
    <svg viewBox="0 0 200 180" className="mx-auto w-44" aria-hidden="true">
      <path
        d="M30 180V84C30 38 76 34 100 6c24 28 70 32 70 78v96z"
        fill="var(--sunk)"
        stroke="var(--line)"
        strokeWidth="7"
      />
      <path d="M14 172h172v8H14z" fill="var(--line)" />
      {children ?? <path d="M76 92h48v48H76zM100 82l34 34-34 34-34-34z" fill="var(--madder)" opacity=".85" />}
      {!children && <circle cx="100" cy="116" r="11" fill="var(--saffron)" />}
    </svg>
  );
}
