import { useRef, useState } from "react";
import type { AddressView } from "../api/schema";
import { Failure, Loading, PageTitle, Skeleton } from "../ui/parts";
import { Place } from "../ui/place";
import { AddressForm } from "./address-form";
import { MOST, useBook, useBookChanges } from "./book";
import { Sure } from "./sure";

/** Which form is open: of a new address, of one of the book, or none. */
type Open = { kind: "new" } | { kind: "entry"; id: string } | null;

export default function Addresses() {
  const query = useBook();
  const [open, setOpen] = useState<Open>(null);
  const [said, setSaid] = useState("");
  const top = useRef<HTMLDivElement>(null);
  const entries = query.data;
  const close = (words: string) => {
    setOpen(null);
    setSaid(words);
    top.current?.focus(); // What had the focus is gone with its form.
  };
  return (
    <>
      <PageTitle title="Addresses" />
      <p className="mt-2 max-w-prose text-soft">For the checkout, so that you type them once.</p>
      <div ref={top} tabIndex={-1} className="mt-6 focus:outline-none">
        <p role="status" className="mb-4 font-medium text-good empty:hidden">
          {said}
        </p>
        {!entries ? (
          query.isError ? (
            <Failure error={query.error} retry={() => void query.refetch()} title="We can't show your addresses" />
          ) : (
            <Loading label="Loading your addresses">
              <Skeleton className="h-40 w-full" />
            </Loading>
          )
        ) : (
          <>
            <ul className="grid gap-4 sm:grid-cols-2" aria-label="Your addresses">
              {entries.map((entry) => (
                <li key={entry.id} className={open?.kind === "entry" && open.id === entry.id ? "sm:col-span-2" : ""}>
                  {open?.kind === "entry" && open.id === entry.id ? (
                    <AddressForm entry={entry} first={false} onDone={close} />
                  ) : (
                    <Card
                      entry={entry}
                      onEdit={() => {
                        setSaid("");
                        setOpen({ kind: "entry", id: entry.id });
                      }}
                      onDone={close}
                    />
                  )}
                </li>
              ))}
            </ul>
            <div className={entries.length ? "mt-6" : ""}>
              {open?.kind === "new" || !entries.length ? (
                <AddressForm entry={null} first={!entries.length} onDone={close} />
              ) : entries.length < MOST ? (
                <button
                  type="button"
                  className="btn btn-main"
                  onClick={() => {
                    setSaid("");
                    setOpen({ kind: "new" });
                  }}
                >
                  Add an address
                </button>
              ) : (
                <p className="text-soft">The book is full: it takes {MOST} addresses.</p>
              )}
            </div>
          </>
        )}
      </div>
    </>
  );
}

const USES = [
  { kind: "shipping", member: "default_shipping", words: "Things go here" },
  { kind: "billing", member: "default_billing", words: "Bills go here" },
] as const;

function Card({ entry, onEdit, onDone }: { entry: AddressView; onEdit: () => void; onDone: (said: string) => void }) {
  const { update, remove } = useBookChanges();
  const name = entry.label || entry.name;
  const others = USES.filter(({ member }) => !entry[member]);
  return (
    <div className="sheet flex h-full flex-col p-5">
      {entry.label && <p className="mb-1 break-words font-semibold">{entry.label}</p>}
      <Place address={entry} />
      {entry.phone && <p className="mt-1 text-soft">{entry.phone}</p>}
      <p className="mt-3 flex flex-wrap gap-2 empty:hidden">
        {USES.filter(({ member }) => entry[member]).map(({ kind, words }) => (
          <span key={kind} className="rounded-full bg-good-ground px-3 py-0.5 text-sm font-semibold text-good">
            {words}
          </span>
        ))}
      </p>
      {(update.isError || remove.isError) && (
        <div className="mt-4">
          <Failure error={update.error ?? remove.error} />
        </div>
      )}
      <p className="mt-auto flex flex-wrap items-center gap-x-5 gap-y-1 pt-4">
        <button type="button" className="link min-h-11 font-semibold" onClick={onEdit}>
          Edit <span className="sr-only">{name}</span>
        </button>
        {others.map(({ kind, member, words }) => (
          <button
            key={kind}
            type="button"
            className="link min-h-11"
            disabled={update.isPending}
            onClick={() =>
              update.mutate({ entry, patch: { [member]: true } }, { onSuccess: () => onDone(`${words} now: ${name}.`) })
            }
          >
            {kind === "shipping" ? "Send things here" : "Send bills here"} <span className="sr-only">({name})</span>
          </button>
        ))}
        <Sure
          ask={`Delete ${name}`}
          words="Delete"
          title="Delete this address?"
          busy={remove.isPending}
          onYes={() => remove.mutate(entry, { onSuccess: () => onDone(`Deleted: ${name}.`) })}
        >
          Orders that are on their way keep the address that they were placed with.
        </Sure>
      </p>
    </div>
  );
}
