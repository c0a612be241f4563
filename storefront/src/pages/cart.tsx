import { useRef, useState } from "react";
import { Link } from "react-router";
import type { CartView } from "../api/schema";
import { CameAlong } from "../cart/along";
import { useCart } from "../cart/cart";
import { Coupon } from "../cart/coupon";
import type { CartRef } from "../cart/refs";
import { Row, SavedRow } from "../cart/row";
import { unanswered } from "../checkout/place";
import { deliveryProblem, linesBlock, problemSentence } from "../lib/problems";
import { onlyMailed } from "../lib/shipping";
import { Empty, Failure, Loading, Notice, PageTitle, Skeleton } from "../ui/parts";
import { Totals } from "../ui/totals";

const Shape = () => (
  <Loading label="Loading your cart">
    <Skeleton className="h-12 w-56" />
    {[0, 1, 2].map((row) => (
      <div key={row} className="flex gap-4 py-5">
        <Skeleton className="size-28 rounded-2xl" />
        <div className="grow space-y-3">
          <Skeleton className="h-6 w-1/2" />
          <Skeleton className="h-5 w-1/4" />
        </div>
      </div>
    ))}
  </Loading>
);

/** An order was sent and nobody heard what became of it. */
function Unheard() {
  return (
    <div className="mb-5">
      <Notice tone="warn" title="Your order may have gone through">
        <p>
          We lost the connection while it was being placed.{" "}
          <Link to="/checkout" className="link font-semibold">
            Find out
          </Link>
        </p>
      </Notice>
    </div>
  );
}

function Summary({ cart, cartRef }: { cart: CartView; cartRef: CartRef }) {
  const stale = deliveryProblem(cart);
  return (
    <section aria-label="Summary" className="sheet h-fit p-6 lg:sticky lg:top-20">
      <Totals of={cart} shippingKnown={onlyMailed(cart) || (cart.delivery !== null && !stale?.blocking)} />
      {stale && (
        <p className="mt-3 text-sm">
          {problemSentence(stale)}{" "}
          <Link to="/checkout" className="link">
            Choose the shipping
          </Link>
        </p>
      )}
      <div className="mt-5 border-t border-line pt-4">
        <Coupon cart={cart} cartRef={cartRef} />
      </div>
      {linesBlock(cart) ? (
        <p className="mt-5 font-medium text-bad">Something in your cart needs your eye before you can order.</p>
      ) : (
        <Link to="/checkout" className="btn btn-main mt-5 w-full">
          Go to checkout
        </Link>
      )}
      <p className="mt-3 text-center text-sm text-soft">You need no account to buy.</p>
    </section>
  );
}

function Saved({ cart, cartRef, onGone }: { cart: CartView; cartRef: CartRef; onGone: (said: string) => void }) {
  if (!cart.saved.length) return null;
  return (
    <section aria-labelledby="saved" className="mt-10 lg:mr-[25rem]">
      <h2 id="saved" className="text-2xl">
        Saved for later
      </h2>
      <ul className="mt-2 divide-y divide-line">
        {cart.saved.map((line) => (
          <SavedRow key={line.line_id} line={line} cartRef={cartRef} onGone={onGone} />
        ))}
      </ul>
    </section>
  );
}

const Nothing = () => (
  <Empty title={<PageTitle title="Your cart is empty" />}>
    <p>There is room for a teapot, a lamp, perhaps an oud.</p>
    <Link to="/" className="btn btn-main">
      Go to the market
    </Link>
  </Empty>
);

export default function Cart() {
  const { cart, ref, pending, error, refetch } = useCart();
  const top = useRef<HTMLDivElement>(null);
  const [said, setSaid] = useState("");
  if (pending) return <Shape />;
  if (error && !cart) return <Failure error={error} retry={() => void refetch()} title="We can't show your cart" />;
  const lines = cart?.lines ?? [];
  const pieces = lines.reduce((sum, line) => sum + line.quantity, 0);
  const onGone = (what: string) => {
    setSaid(what);
    top.current?.focus(); // What had the focus is gone with its line.
  };
  return (
    <div ref={top} tabIndex={-1} className="focus:outline-none">
      <p role="status" className="sr-only">
        {said}
      </p>
      {unanswered() && <Unheard />}
      <CameAlong />
      {!cart || !ref || !lines.length ? (
        <Nothing />
      ) : (
        <>
          <PageTitle title="Your cart">
            Your cart{" "}
            <span className="whitespace-nowrap text-[0.5em] font-medium tracking-normal text-soft">
              {pieces} {pieces === 1 ? "piece" : "pieces"}
            </span>
          </PageTitle>
          <div className="mt-4 grid gap-8 lg:grid-cols-[1fr_22rem] lg:gap-12">
            <ul className="h-fit divide-y divide-line border-y border-line lg:border-t-0">
              {lines.map((line) => (
                <Row key={line.line_id} line={line} cart={cart} cartRef={ref} onGone={onGone} />
              ))}
            </ul>
            <Summary cart={cart} cartRef={ref} />
          </div>
        </>
      )}
      {cart && ref && <Saved cart={cart} cartRef={ref} onGone={onGone} />}
    </div>
  );
}
