import { Link } from "react-router";
import type { CartView, LineView } from "../api/schema";
import { lineName } from "../lib/names";
import { problemsOf } from "../lib/problems";
import { Failure, Picture, Price, Stepper } from "../ui/parts";
import { type Edit, useLine, useUnhurried } from "./editing";
import { Note } from "./note";
import { LineProblems } from "./problems";
import type { CartRef } from "./refs";

const MOST = 99;
const NOTE_MOST = 500;

interface RowProps {
  line: LineView;
  cart: CartView;
  cartRef: CartRef;
  /** The line has left its list: removed, saved, moved back. */
  onGone: (said: string) => void;
}

function Title({ line, level }: { line: LineView; level: "h2" | "h3" }) {
  const Heading = level;
  return (
    <>
      <Heading className="text-lg font-semibold leading-snug">
        {line.slug && line.unit_price ? (
          <Link
            to={`/products/${line.slug}?sku=${encodeURIComponent(line.sku)}`}
            className="decoration-madder decoration-2 underline-offset-4 hover:underline"
          >
            {line.title}
          </Link>
        ) : (
          line.title
        )}
      </Heading>
      <p className="text-soft">{line.variant_title}</p>
    </>
  );
}

/** A line that is to be ordered. */
export function Row({ line, cart, cartRef, onGone }: RowProps) {
  const name = lineName(line);
  const change = useLine(line, cartRef, (_, edit) => {
    if ("remove" in edit) onGone(`${name} is out of your cart.`);
    else if ("saved" in edit) onGone(`${name} is saved for later.`);
  });
  const [pieces, setPieces] = useUnhurried(line.quantity, (quantity, settled) =>
    change.mutate({ quantity }, { onSettled: settled }),
  );
  const most = Math.min(MOST, Math.max(line.available, 1), line.max_per_customer ?? MOST);
  return (
    <li
      className="grid grid-cols-[5.5rem_1fr_auto] gap-x-4 gap-y-2 py-5 sm:grid-cols-[8rem_1fr_auto] sm:gap-x-5"
      aria-busy={change.isPending}
    >
      <Picture src={line.image_url} alt="" className="row-span-2 size-22 rounded-2xl sm:size-32" />
      <div className="min-w-0">
        <Title line={line} level="h2" />
        {line.unit_price && pieces > 1 && (
          <p className="text-sm text-soft">
            <Price money={line.unit_price} /> each
          </p>
        )}
        {line.max_per_customer != null && (
          <p className="text-sm text-soft">At most {line.max_per_customer} per customer</p>
        )}
      </div>
      <p className="text-right text-lg font-semibold">
        {line.line_total ? <Price money={line.line_total} /> : <span aria-label="No price">–</span>}
      </p>
      <div className="col-span-2 col-start-2 flex flex-wrap items-center gap-x-5 gap-y-1 self-end max-sm:col-span-full max-sm:col-start-1">
        {line.unit_price && (
          <Stepper
            label={`How many of ${name}`}
            value={pieces}
            max={Math.max(most, line.quantity)}
            onChange={setPieces}
          />
        )}
        <Action
          words="Save for later"
          name={name}
          busy={change.isPending}
          onPress={() => change.mutate({ saved: true })}
        />
        <Action words="Remove" name={name} busy={change.isPending} onPress={() => change.mutate({ remove: true })} />
      </div>
      <div className="col-span-full space-y-2 sm:col-start-2">
        <Note
          note={line.note}
          about={name}
          most={NOTE_MOST}
          busy={change.isPending}
          onKeep={(note, kept) => change.mutate({ note }, { onSuccess: kept })}
        />
        <LineProblems
          line={line}
          problems={problemsOf(cart, line.line_id)}
          busy={change.isPending}
          onEdit={(edit) => change.mutate(edit)}
        />
        {change.isError && <Failure error={change.error} retry={() => change.mutate(change.variables)} />}
      </div>
    </li>
  );
}

/** A line that is kept for another time. */
export function SavedRow({ line, cartRef, onGone }: Omit<RowProps, "cart">) {
  const name = lineName(line);
  const change = useLine(line, cartRef, (_, edit: Edit) => {
    onGone("remove" in edit ? `${name} is gone from what you saved.` : `${name} is in your cart again.`);
  });
  const state = !line.unit_price ? "Not sold any more" : line.available ? "" : "Sold out for now";
  return (
    <li className="grid grid-cols-[4.5rem_1fr_auto] gap-x-4 gap-y-1 py-4" aria-busy={change.isPending}>
      <Picture src={line.image_url} alt="" className="row-span-2 size-18 rounded-xl" />
      <div className="min-w-0">
        <Title line={line} level="h3" />
        {state && <p className="text-sm font-medium text-bad">{state}</p>}
        {line.note && <p className="break-words whitespace-pre-line text-soft">“{line.note}”</p>}
      </div>
      <p className="text-right font-semibold">
        {line.quantity > 1 && <span className="font-normal text-soft">{line.quantity} × </span>}
        {line.unit_price ? <Price money={line.unit_price} /> : "–"}
      </p>
      <div className="col-span-2 col-start-2 flex flex-wrap gap-x-5">
        {line.unit_price && (
          <Action
            words="Move to cart"
            name={name}
            busy={change.isPending}
            onPress={() => change.mutate({ saved: false })}
          />
        )}
        <Action words="Remove" name={name} busy={change.isPending} onPress={() => change.mutate({ remove: true })} />
      </div>
      {change.isError && (
        <div className="col-span-full">
          <Failure error={change.error} retry={() => change.mutate(change.variables)} />
        </div>
      )}
    </li>
  );
}

function Action({ words, name, busy, onPress }: { words: string; name: string; busy: boolean; onPress: () => void }) {
  return (
    <button type="button" className="link min-h-11" disabled={busy} onClick={onPress}>
      {words}
      <span className="sr-only"> {name}</span>
    </button>
  );
}
