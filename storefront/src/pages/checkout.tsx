import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { Link, useNavigate } from "react-router";
import { queries } from "../api/client";
import { isProblem, Problem } from "../api/problem";
import type { CartView } from "../api/schema";
import { auth, useAuth } from "../auth/auth";
import { saveDelivery, useCart } from "../cart/cart";
import { type CartRef, keepCart } from "../cart/refs";
import { DeliveryFields } from "../checkout/fields";
import { Lines } from "../checkout/lines";
import { placeOrder } from "../checkout/place";
import { whatChanged } from "../lib/changes";
import {
  deliveryOf,
  FIELDS,
  formOf,
  type FormField,
  keepDelivery,
  lastDelivery,
  missing,
  pathOf,
} from "../lib/delivery";
import { likelyCountry } from "../lib/locale";
import { formatMoney } from "../lib/money";
import { keepOrderToken } from "../lib/orders";
import { Spinner } from "../ui/marks";
import { Empty, Failure, Loading, Notice, PageTitle, Skeleton } from "../ui/parts";
import { Steps } from "../ui/steps";
import { Totals } from "../ui/totals";

const TYPING_PAUSE_MS = 700;

function Checkout({
  cart,
  cartRef,
  who,
  refetch,
}: {
  cart: CartView;
  cartRef: CartRef;
  who: string;
  refetch: () => void;
}) {
  const navigate = useNavigate();
  const state = useAuth();
  const person = state.status === "person" ? state.person : null;
  const [form, setForm] = useState(() => {
    const kept = formOf(cart.delivery ?? lastDelivery(), person?.email ?? "", person?.name ?? "", likelyCountry());
    // Kept from a purchase as a guest: the place is right, but the account has an address of its own to write to.
    return person && !cart.delivery ? { ...kept, email: person.email } : kept;
  });
  const [errors, setErrors] = useState<Partial<Record<FormField, string>>>({});
  const [basis, setBasis] = useState(cart);
  const page = useRef<HTMLFormElement>(null);

  const wanted = deliveryOf(form);
  const complete = Object.keys(missing(form)).length === 0;
  // Compared as it was sent, not as it came back: the API may spell an address or a number in its own way.
  const [sent, setSent] = useState(() => (cart.delivery ? JSON.stringify(wanted) : ""));
  const saved = cart.quote !== null && cart.delivery !== null && sent === JSON.stringify(wanted);
  const changes = whatChanged(basis, cart);
  const blocked = cart.problems.some((problem) => problem.blocking);

  const save = useMutation({
    mutationFn: () => saveDelivery(cartRef, wanted),
    onSuccess: () => setSent(JSON.stringify(wanted)),
    onError: (error) => {
      if (!(error instanceof Problem)) return;
      const found = Object.fromEntries(
        FIELDS.map((field) => [field, error.field(pathOf(field))]).filter(([, text]) => text),
      );
      setErrors(found as Partial<Record<FormField, string>>);
    },
  });
  const place = useMutation({
    mutationFn: () => placeOrder(cartRef, cart),
    onSuccess: (order) => {
      keepDelivery(wanted);
      if (order.token) keepOrderToken(order.id, order.token);
      queries.setQueryData(["order", order.id], order);
      void queries.invalidateQueries({ queryKey: ["orders"] });
      void navigate(`/orders/${order.id}`, { replace: true, state: { pay: true } });
      keepCart(who, null);
    },
    onError: (error) => {
      if (isProblem(error, "cart_already_ordered") && typeof error.extra.order_id === "string") {
        keepCart(who, null);
        void navigate(`/orders/${error.extra.order_id}`, { replace: true });
      } else if (error instanceof Problem && error.status === 409 && !error.extra.cart) refetch();
    },
  });

  // The total depends on where it goes: asked for as soon as that is known.
  const text = JSON.stringify(wanted);
  const { mutate: saveNow } = save;
  useEffect(() => {
    if (!complete || sent === text) return;
    const timer = setTimeout(saveNow, TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [complete, text, sent, saveNow]);

  function change(field: FormField, value: string) {
    setForm((now) => ({ ...now, [field]: value }));
    // Other countries, other rules.
    const touched: FormField[] = field === "country" ? ["country", "region", "postal_code"] : [field];
    setErrors((now) =>
      Object.fromEntries(Object.entries(now).filter(([name]) => !touched.includes(name as FormField))),
    );
    place.reset();
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    const found = missing(form);
    setErrors(found);
    if (Object.keys(found).length) {
      setTimeout(() => page.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
    } else if (!saved) save.mutate();
    else if (changes.length) setBasis(cart);
    else place.mutate();
  }

  const fieldErrors = save.error instanceof Problem && Object.keys(errors).length > 0;
  const told = place.error && !(isProblem(place.error, "quote_stale") && changes.length > 0);
  const total = formatMoney(cart.totals.total);
  return (
    <>
      <Steps now="delivery" />
      <PageTitle title="Checkout" />
      <form ref={page} onSubmit={submit} noValidate className="mt-6 grid gap-8 lg:grid-cols-[1fr_24rem] lg:gap-14">
        <div>
          {state.status === "guest" && (
            <p className="mb-8 rounded-2xl bg-sunk px-4 py-3">
              You buy as a guest.{" "}
              <button type="button" className="link font-semibold" onClick={() => auth.signIn()}>
                Sign in
              </button>{" "}
              or{" "}
              <button type="button" className="link font-semibold" onClick={() => auth.signUp()}>
                sign up
              </button>{" "}
              to find your orders again later.
            </p>
          )}
          {person && (
            <p className="mb-8 rounded-2xl bg-sunk px-4 py-3">
              You buy as {person.email}. The order will be in your history.
            </p>
          )}
          <DeliveryFields form={form} errors={errors} onChange={change} />
        </div>
        <section aria-labelledby="summary" className="sheet h-fit p-6 lg:sticky lg:top-20">
          <div className="mb-4 flex items-baseline justify-between">
            <h2 id="summary" className="text-xl">
              Your order
            </h2>
            <Link to="/cart" className="link text-sm">
              Change
            </Link>
          </div>
          <Lines cart={cart} />
          <div aria-live="polite">
            <Totals totals={cart.totals} lines={cart.lines} shippingKnown={cart.delivery !== null} />
          </div>
          <div className="mt-5 space-y-4">
            {changes.length > 0 && (
              <Notice tone="warn" title="Something has changed since you looked">
                <ul className="mt-1 list-disc space-y-0.5 pl-5">
                  {changes.map((change) => (
                    <li key={change}>{change}</li>
                  ))}
                </ul>
              </Notice>
            )}
            {save.isError && !fieldErrors && <Failure error={save.error} retry={() => save.mutate()} />}
            {told && (
              <>
                <Failure error={place.error} />
                {isProblem(place.error, "too_many_unpaid_orders") && (
                  <Link to="/orders" className="link block font-semibold">
                    See your orders
                  </Link>
                )}
              </>
            )}
            {blocked ? (
              <Link to="/cart" className="btn btn-main w-full">
                Mend your cart first
              </Link>
            ) : (
              <button
                type="submit"
                className="btn btn-main w-full"
                disabled={save.isPending || place.isPending || place.isSuccess}
              >
                {place.isPending || place.isSuccess ? (
                  <Spinner label="Placing your order" />
                ) : save.isPending ? (
                  <Spinner label="Working out the total" />
                ) : !saved ? (
                  "Continue"
                ) : changes.length ? (
                  `Agree to ${total}`
                ) : (
                  `Place order · ${total}`
                )}
              </button>
            )}
            <p className="text-center text-sm text-soft">
              You pay on the next step. Your things are set aside for you meanwhile.
            </p>
          </div>
        </section>
      </form>
    </>
  );
}

export default function CheckoutPage() {
  const { cart, ref, who, pending, error, refetch } = useCart();
  const last = useRef<{ cart: CartView; ref: CartRef } | null>(null);
  if (cart?.lines.length && ref) last.current = { cart, ref };
  if (pending && !last.current) {
    return (
      <Loading label="Loading the checkout">
        <Skeleton className="h-12 w-56" />
        <div className="mt-6 grid gap-8 lg:grid-cols-[1fr_24rem]">
          <Skeleton className="h-96" />
          <Skeleton className="h-72" />
        </div>
      </Loading>
    );
  }
  if (error && !cart) return <Failure error={error} retry={() => void refetch()} title="We can't show your cart" />;
  // While the page turns after the order is placed, the cart is gone already: show it to the last.
  if (!last.current) {
    return (
      <Empty title={<PageTitle title="Nothing to check out" />}>
        <p>Your cart is empty.</p>
        <Link to="/" className="btn btn-main">
          Go to the market
        </Link>
      </Empty>
    );
  }
  return (
    <Checkout
      key={last.current.ref.id}
      cart={last.current.cart}
      cartRef={last.current.ref}
      who={who}
      refetch={() => void refetch()}
    />
  );
}
