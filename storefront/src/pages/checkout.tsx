import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useEffect, useId, useRef, useState } from "react";
import { Link, useNavigate } from "react-router";
import { api, ask, queries } from "../api/client";
import { isProblem, Problem } from "../api/problem";
import type { CartView, OrderView } from "../api/schema";
import { auth, useAuth } from "../auth/auth";
import { saveDelivery, showCart, useCart } from "../cart/cart";
import { type CartRef, keepCart } from "../cart/refs";
import { whatChanged } from "../lib/changes";
import { addressWords, COUNTRIES } from "../lib/countries";
import {
  deliveryOf,
  FIELDS,
  type Form,
  formOf,
  type FormField,
  missing,
  needsPostalCode,
  needsRegion,
  pathOf,
} from "../lib/delivery";
import { once } from "../lib/idempotency";
import { likelyCountry } from "../lib/locale";
import { formatMoney } from "../lib/money";
import { keepOrderToken } from "../lib/orders";
import { Spinner } from "../ui/marks";
import { Empty, Failure, Field, Loading, Notice, PageTitle, Picture, Price, Skeleton } from "../ui/parts";
import { Steps } from "../ui/steps";
import { Totals } from "../ui/totals";
import { problemSentence } from "./cart";

const TYPING_PAUSE_MS = 700;

/** Orders the cart at the price that was on the screen, and at no other. */
async function placeOrder(ref: CartRef, seen: CartView): Promise<OrderView> {
  const place = (cart: CartView) =>
    once(`place.${cart.id}.${cart.quote?.hash}`, (key) =>
      ask(
        api.POST("/orders", {
          params: { header: { ...(ref.token ? { "x-cart-token": ref.token } : {}), "idempotency-key": key } },
          body: { cart_id: cart.id, quote_hash: cart.quote?.hash ?? "" },
        }),
      ),
    );
  try {
    return await place(seen);
  } catch (error) {
    const fresh = error instanceof Problem ? (error.extra.cart as CartView | undefined) : undefined;
    if (!fresh) throw error;
    showCart(fresh);
    // Quotes end after a quarter of an hour. Where nothing but that has changed, the buyer has agreed already.
    const same = isProblem(error, "quote_stale") && seen.totals.total.amount === fresh.totals.total.amount;
    if (same && fresh.quote && whatChanged(seen, fresh).length === 0) return place(fresh);
    throw error;
  }
}

function DeliveryFields({
  form,
  errors,
  onChange,
}: {
  form: Form;
  errors: Partial<Record<FormField, string>>;
  onChange: (field: FormField, value: string) => void;
}) {
  const country = useId();
  const words = addressWords(form.country);
  const bind = (field: FormField) => ({
    name: field,
    value: form[field],
    error: errors[field],
    onChange: (event: React.ChangeEvent<HTMLInputElement>) => onChange(field, event.target.value),
  });
  return (
    <>
      <fieldset className="space-y-4">
        <legend className="mb-4 text-2xl font-bold tracking-tight">Where do we write to?</legend>
        <div className="grid gap-4 sm:grid-cols-2">
          <Field
            label="Email"
            type="email"
            autoComplete="email"
            inputMode="email"
            hint="For the receipt, and nothing else."
            {...bind("email")}
          />
          <Field
            label="Phone"
            type="tel"
            autoComplete="tel"
            optional
            hint="If the courier gets lost."
            {...bind("phone")}
          />
        </div>
      </fieldset>
      <fieldset className="mt-10 space-y-4">
        <legend className="mb-4 text-2xl font-bold tracking-tight">Where does it go?</legend>
        <div>
          <label htmlFor={country} className="mb-1 block font-medium">
            Country
          </label>
          <select
            id={country}
            name="country"
            autoComplete="country"
            required
            className="field"
            value={form.country}
            aria-invalid={errors.country ? true : undefined}
            aria-describedby={errors.country ? `${country}-e` : undefined}
            onChange={(event) => onChange("country", event.target.value)}
          >
            <option value="">Choose a country</option>
            {COUNTRIES.map(({ code, name }) => (
              <option key={code} value={code}>
                {name}
              </option>
            ))}
          </select>
          {errors.country && (
            <p id={`${country}-e`} className="mt-1 text-sm font-medium text-bad">
              {errors.country}
            </p>
          )}
        </div>
        <Field label="Name" autoComplete="name" maxLength={120} {...bind("name")} />
        <Field label="Street and number" autoComplete="address-line1" maxLength={120} {...bind("line1")} />
        <Field
          label="Floor, company, care of"
          autoComplete="address-line2"
          optional
          maxLength={120}
          {...bind("line2")}
        />
        <div className="grid gap-4 sm:grid-cols-[1fr_2fr]">
          <Field
            label={words.postal}
            autoComplete="postal-code"
            maxLength={20}
            optional={!needsPostalCode(form.country)}
            {...bind("postal_code")}
          />
          <Field label="City" autoComplete="address-level2" maxLength={120} {...bind("city")} />
        </div>
        <Field
          label={words.region}
          autoComplete="address-level1"
          maxLength={120}
          optional={!needsRegion(form.country)}
          {...bind("region")}
        />
      </fieldset>
    </>
  );
}

function Lines({ cart }: { cart: CartView }) {
  return (
    <ul className="mb-5 space-y-3 border-b border-line pb-5">
      {cart.lines.map((line) => (
        <li key={line.line_id}>
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
            </div>
            {line.line_total && <Price money={line.line_total} />}
          </div>
          {cart.problems
            .filter((problem) => problem.line_id === line.line_id && problem.blocking)
            .map((problem) => (
              <p key={problem.code} className="mt-1 text-sm font-medium text-bad">
                {problemSentence(problem)}
              </p>
            ))}
        </li>
      ))}
    </ul>
  );
}

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
  const [form, setForm] = useState(() =>
    formOf(cart.delivery, person?.email ?? "", person?.name ?? "", likelyCountry()),
  );
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
