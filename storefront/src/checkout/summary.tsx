import { useSyncExternalStore } from "react";
import { Link } from "react-router";
import { isProblem } from "../api/problem";
import type { CartView } from "../api/schema";
import { Coupon } from "../cart/coupon";
import type { CartRef } from "../cart/refs";
import { formatMoney } from "../lib/money";
import { onlyMailed } from "../lib/shipping";
import { Spinner } from "../ui/marks";
import { Failure, Notice, Price } from "../ui/parts";
import { Totals } from "../ui/totals";
import { Lines } from "./lines";
import type { Checking } from "./use-checkout";

/** What is ordered, what it costs, what has changed, and the button. */
export function Summary({ cart, cartRef, at }: { cart: CartView; cartRef: CartRef; at: Checking }) {
  const wide = useWide();
  return (
    <section aria-labelledby="summary" className="sheet h-fit p-6 lg:sticky lg:top-20">
      <div className="mb-4 flex items-baseline justify-between">
        <h2 id="summary" className="text-xl">
          Your order
        </h2>
        <Link to="/cart" className="link text-sm">
          Change
        </Link>
      </div>
      <Lines cart={cart} cartRef={cartRef} onChanged={at.onOwn} />
      <div className="mb-5 border-b border-line pb-5">
        <Coupon cart={cart} cartRef={cartRef} onChanged={at.onOwn} />
      </div>
      <Totals of={cart} shippingKnown={cart.delivery !== null || onlyMailed(cart)} />
      <p role="status" className="sr-only">
        {at.saved ? `The total is ${formatMoney(cart.totals.total)}.` : ""}
      </p>
      <div className="mt-5 space-y-4">
        {wide && (
          <>
            <News at={at} />
            <OrderButton cart={cart} at={at} />
          </>
        )}
        <p className="text-center text-sm text-soft">
          {cart.totals.total.amount === 0 && at.saved
            ? "There is nothing to pay: your order is confirmed at once."
            : onlyMailed(cart)
              ? "You pay on the next step."
              : "You pay on the next step. Your things are set aside for you meanwhile."}
        </p>
      </div>
    </section>
  );
}

/** On a phone the total, the button and what there is to know stay in sight, at the foot of the screen. */
export function Foot({ cart, at }: { cart: CartView; at: Checking }) {
  if (useWide()) return null;
  return (
    <div className="foot sticky bottom-0 z-10 -mx-4 mt-6 border-t border-line bg-card px-4 py-3 sm:-mx-6 sm:px-6">
      <div className="max-h-[45dvh] space-y-3 overflow-y-auto not-empty:pb-3">
        <News at={at} />
      </div>
      <div className="flex items-center gap-4">
        <p className="grow leading-tight">
          <span className="block text-sm text-soft">{cart.delivery ? "Total" : "So far"}</span>
          <Price money={cart.totals.total} className="text-lg font-bold" />
        </p>
        <OrderButton cart={cart} at={at} />
      </div>
    </div>
  );
}

const WIDE = "(min-width: 64rem)";

/** Whether the summary stands beside the form. */
function useWide(): boolean {
  return useSyncExternalStore(
    (changed) => {
      const screen = window.matchMedia(WIDE);
      screen.addEventListener("change", changed);
      return () => screen.removeEventListener("change", changed);
    },
    () => window.matchMedia(WIDE).matches,
  );
}

/** What the buyer should know before pressing on. */
function News({ at }: { at: Checking }) {
  const { changes, save, place, faults } = at;
  const atFields = Object.keys(faults).length > 0;
  const explained = isProblem(place.error, "quote_stale") && changes.length > 0;
  return (
    <>
      {changes.length > 0 && (
        <Notice tone="warn" title="Something has changed since you looked">
          <ul className="mt-1 list-disc space-y-0.5 pl-5">
            {changes.map((change) => (
              <li key={change}>{change}</li>
            ))}
          </ul>
        </Notice>
      )}
      {save.isError && !atFields && <Failure error={save.error} retry={() => save.mutate(at.form)} />}
      {place.isError && !explained && (
        <>
          <Failure error={place.error} />
          {isProblem(place.error, "too_many_unpaid_orders") && (
            <Link to="/orders" className="link block font-semibold">
              See your orders
            </Link>
          )}
        </>
      )}
    </>
  );
}

function OrderButton({ cart, at }: { cart: CartView; at: Checking }) {
  const { save, place, saved, blocked, changes } = at;
  const total = formatMoney(cart.totals.total);
  const placing = place.isPending || place.isSuccess;
  return (
    <button type="submit" className="btn btn-main lg:w-full" disabled={save.isPending || placing}>
      {placing ? (
        <Spinner label="Placing your order" />
      ) : save.isPending ? (
        <Spinner label="Working out the total" />
      ) : !saved ? (
        "Continue"
      ) : blocked ? (
        "See what needs your eye"
      ) : changes.length ? (
        `Agree to ${total}`
      ) : (
        `Place order · ${total}`
      )}
    </button>
  );
}
