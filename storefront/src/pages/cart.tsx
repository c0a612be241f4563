import { useMutation } from "@tanstack/react-query";
import { useRef } from "react";
import { Link } from "react-router";
import type { CartView, LineView } from "../api/schema";
import { setQuantity, useCart } from "../cart/cart";
import type { CartRef } from "../cart/refs";
import { problemSentence } from "../lib/problems";
import { Empty, Failure, Loading, Notice, PageTitle, Picture, Price, Skeleton, Stepper } from "../ui/parts";
import { Totals } from "../ui/totals";

const MOST = 99;

function Row({
  line,
  cart,
  cartRef,
  onGone,
}: {
  line: LineView;
  cart: CartView;
  cartRef: CartRef;
  onGone: () => void;
}) {
  const change = useMutation({ mutationFn: (quantity: number) => setQuantity(cartRef, line.line_id, quantity) });
  const problems = cart.problems.filter((problem) => problem.line_id === line.line_id);
  const short = problems.find((problem) => problem.code === "insufficient_stock");
  const to = `/products/${line.slug}?sku=${encodeURIComponent(line.sku)}`;
  const remove = () => change.mutate(0, { onSuccess: onGone });
  return (
    <li
      className="grid grid-cols-[5.5rem_1fr_auto] gap-x-4 gap-y-2 py-5 sm:grid-cols-[8rem_1fr_auto] sm:gap-x-5"
      aria-busy={change.isPending}
    >
      <Picture src={line.image_url} alt="" className="row-span-2 size-22 rounded-2xl sm:size-32" />
      <div className="min-w-0">
        <h2 className="text-lg font-semibold leading-snug">
          {line.slug ? (
            <Link to={to} className="decoration-madder decoration-2 underline-offset-4 hover:underline">
              {line.title}
            </Link>
          ) : (
            line.title
          )}
        </h2>
        <p className="text-soft">{line.variant_title}</p>
        {line.unit_price && line.quantity > 1 && (
          <p className="text-sm text-soft">
            <Price money={line.unit_price} /> each
          </p>
        )}
      </div>
      <p className="text-right text-lg font-semibold" aria-live="polite">
        {line.line_total ? <Price money={line.line_total} /> : "–"}
      </p>
      <div className="col-span-2 col-start-2 flex flex-wrap items-center gap-x-5 gap-y-2 self-end">
        {line.unit_price && (
          <Stepper
            label={`How many of ${line.title}`}
            value={line.quantity}
            max={Math.min(MOST, Math.max(line.available, 1))}
            busy={change.isPending}
            onChange={(quantity) => change.mutate(quantity)}
          />
        )}
        {short && !!short.available && (
          <button
            type="button"
            className="btn btn-quiet min-h-11"
            disabled={change.isPending}
            onClick={() => change.mutate(short.available!)}
          >
            Take {short.available}
          </button>
        )}
        <button type="button" className="link min-h-11" disabled={change.isPending} onClick={remove}>
          Remove<span className="sr-only"> {line.title}</span>
        </button>
      </div>
      {problems.map((problem) => (
        <div key={problem.code} className="col-span-full">
          <Notice tone={problem.blocking ? "bad" : "warn"}>{problemSentence(problem)}</Notice>
        </div>
      ))}
      {change.isError && (
        <div className="col-span-full">
          <Failure error={change.error} retry={() => change.mutate(change.variables)} />
        </div>
      )}
    </li>
  );
}

export default function Cart() {
  const { cart, ref, pending, error, refetch } = useCart();
  const top = useRef<HTMLDivElement>(null);
  if (pending) {
    return (
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
  }
  if (error && !cart) return <Failure error={error} retry={() => void refetch()} title="We can't show your cart" />;
  if (!cart?.lines.length || !ref) {
    return (
      <Empty title={<PageTitle title="Your cart is empty" />}>
        <p>There is room for a teapot, a lamp, perhaps an oud.</p>
        <Link to="/" className="btn btn-main">
          Go to the market
        </Link>
      </Empty>
    );
  }
  const blocked = cart.problems.some((problem) => problem.blocking);
  const pieces = cart.lines.reduce((sum, line) => sum + line.quantity, 0);
  return (
    <div ref={top} tabIndex={-1} className="focus:outline-none">
      <PageTitle title="Your cart">
        Your cart{" "}
        <span className="whitespace-nowrap text-[0.5em] font-medium tracking-normal text-soft">
          {pieces} {pieces === 1 ? "piece" : "pieces"}
        </span>
      </PageTitle>
      <div className="mt-4 grid gap-8 lg:grid-cols-[1fr_22rem] lg:gap-12">
        <ul className="divide-y divide-line border-y border-line lg:border-t-0">
          {cart.lines.map((line) => (
            <Row key={line.line_id} line={line} cart={cart} cartRef={ref} onGone={() => top.current?.focus()} />
          ))}
        </ul>
        <section aria-label="Summary" className="sheet h-fit p-6 lg:sticky lg:top-20">
          <Totals totals={cart.totals} lines={cart.lines} shippingKnown={cart.delivery !== null} />
          {blocked ? (
            <p className="mt-5 font-medium text-bad">Something above needs your eye before you can order.</p>
          ) : (
            <Link to="/checkout" className="btn btn-main mt-5 w-full">
              Go to checkout
            </Link>
          )}
          <p className="mt-3 text-center text-sm text-soft">You need no account to buy.</p>
        </section>
      </div>
    </div>
  );
}
