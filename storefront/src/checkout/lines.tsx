import type { CartView, LineView } from "../api/schema";
import { useLine } from "../cart/editing";
import { LineProblems } from "../cart/problems";
import type { CartRef } from "../cart/refs";
import { problemsOf } from "../lib/problems";
import { Failure, Picture, Price } from "../ui/parts";

/** What is being ordered; what is wrong with it can be mended on the spot. */
export function Lines({
  cart,
  cartRef,
  onChanged,
}: {
  cart: CartView;
  cartRef: CartRef;
  onChanged: (cart: CartView, lineId: string) => void;
}) {
  return (
    <ul className="mb-5 space-y-3 border-b border-line pb-5 pt-2 lg:max-h-[45vh] lg:overflow-y-auto">
      {cart.lines.map((line) => (
        <Line key={line.line_id} line={line} cart={cart} cartRef={cartRef} onChanged={onChanged} />
      ))}
    </ul>
  );
}

function Line({
  line,
  cart,
  cartRef,
  onChanged,
}: {
  line: LineView;
  cart: CartView;
  cartRef: CartRef;
  onChanged: (cart: CartView, lineId: string) => void;
}) {
  const change = useLine(line, cartRef, (now) => onChanged(now, line.line_id));
  // A price that has changed stands among the news below, where it is agreed to.
  const problems = problemsOf(cart, line.line_id).filter((problem) => problem.blocking);
  return (
    <li aria-busy={change.isPending}>
      <div className="flex items-center gap-3">
        <div className="relative shrink-0">
          <Picture src={line.image_url} alt="" className="size-14 rounded-xl" />
          <span className="absolute -right-1.5 -top-1.5 grid min-w-5.5 place-items-center rounded-full bg-ink px-1 text-xs font-bold leading-5.5 text-paper">
            {line.quantity}
            <span className="sr-only"> of</span>
          </span>
        </div>
        <div className="min-w-0 grow leading-tight">
          <p className="font-semibold">{line.title}</p>
          <p className="text-sm text-soft">{line.variant_title}</p>
          {line.note && <p className="line-clamp-2 break-words text-sm text-soft">“{line.note}”</p>}
        </div>
        {line.line_total && <Price money={line.line_total} />}
      </div>
      {(problems.length > 0 || change.isError) && (
        <div className="mt-2 space-y-2">
          <LineProblems
            line={line}
            problems={problems}
            busy={change.isPending}
            onEdit={(edit) => change.mutate(edit)}
          />
          {change.isError && <Failure error={change.error} retry={() => change.mutate(change.variables)} />}
        </div>
      )}
    </li>
  );
}
