import { useId } from "react";
import type { AddressView, CartView } from "../api/schema";
import { auth, useAuth } from "../auth/auth";
import type { CartRef } from "../cart/refs";
import {
  ADDRESS_FIELDS,
  type AddressField,
  addressOf,
  emptyAddress,
  type Form,
  pathOf,
  type Which,
  withCountry,
} from "../lib/delivery";
import { deliveryProblem } from "../lib/problems";
import { onlyMailed } from "../lib/shipping";
import { PageTitle } from "../ui/parts";
import { Steps } from "../ui/steps";
import { AddressFields, ContactFields, Legend } from "./fields";
import { Saved } from "./saved";
import { Foot, Summary } from "./summary";
import { type Checking, useCheckout } from "./use-checkout";
import { ShippingWays } from "./ways";

const NOTE_MOST = 1_000;

export function Checkout(props: { cart: CartView; cartRef: CartRef; who: string; refetch: () => void }) {
  const { cart, cartRef } = props;
  const at = useCheckout(props);
  return (
    <>
      <Steps now="delivery" />
      <PageTitle title="Checkout" />
      <form ref={at.page} onSubmit={at.submit} noValidate className="mt-6">
        <div className="grid gap-8 lg:grid-cols-[1fr_24rem] lg:gap-14">
          <div>
            <Who />
            <Where at={at} mailed={onlyMailed(cart)} />
            {onlyMailed(cart) ? (
              <p className="mt-10 text-soft">Nothing has to be sent: gift cards come by email.</p>
            ) : (
              <ShippingWays
                ways={at.ways}
                chosen={at.form.method || usual(at)}
                problem={at.saved ? deliveryProblem(cart) : undefined}
                fault={at.faults.method ?? at.faults.shipping_address}
                onChoose={(method) => at.change({ ...at.form, method }, "method", "shipping_address")}
              />
            )}
            <Wish at={at} />
          </div>
          <Summary cart={cart} cartRef={cartRef} at={at} />
        </div>
        <Foot cart={cart} at={at} />
      </form>
    </>
  );
}

/** What the API takes where nothing is chosen: the cheapest, but nobody is made to come and collect it. */
function usual({ ways }: Checking): string {
  const options = ways.status === "there" ? ways.options : [];
  return (options.find((option) => option.kind !== "pickup") ?? options[0])?.id ?? "";
}

/** As whom one buys. */
function Who() {
  const state = useAuth();
  if (state.status === "guest") {
    return (
      <p className="mb-8 rounded-2xl bg-sunk px-4 py-3">
        You buy as a guest.{" "}
        <button type="button" className="link font-semibold" onClick={() => auth.signIn()}>
          Sign in
        </button>{" "}
        or{" "}
        <button type="button" className="link font-semibold" onClick={() => auth.signUp()}>
          sign up
        </button>{" "}
        to find your orders again later. What you have typed stays.
      </p>
    );
  }
  if (state.status !== "person") return null;
  return (
    <p className="mb-8 rounded-2xl bg-sunk px-4 py-3">
      You buy as {state.person.email}. The order will be in your history.
    </p>
  );
}

/** Contact and addresses. Where all comes by email, the only address is the bill's. */
function Where({ at, mailed }: { at: Checking; mailed: boolean }) {
  const elsewhere = useId();
  const { form, change } = at;
  const faults =
    at.ways.status === "unserved"
      ? { ...at.faults, [pathOf("ship_to", "country")]: "We don't send there." }
      : at.faults;
  function setAddress(which: Which, field: AddressField, value: string) {
    const address = form[which];
    if (!address) return;
    if (field !== "country") {
      change({ ...form, [which]: { ...address, [field]: value } }, pathOf(which, field));
      return;
    }
    const moved: Form = { ...form, [which]: withCountry(address, value) };
    const touched = (["country", "region", "postal_code", "city"] as const).map((name) => pathOf(which, name));
    // Another place has other ways to it.
    change(which === "ship_to" ? { ...moved, method: "" } : moved, ...touched, "method", "shipping_address");
  }
  function choose(which: Which, entry: AddressView | null) {
    const before = form[which];
    if (!before) return;
    const address = entry ? addressOf(entry) : emptyAddress(before.name, before.country);
    const moved: Form = { ...form, [which]: address, phone: form.phone || (entry?.phone ?? "") };
    const touched = ADDRESS_FIELDS.map((field) => pathOf(which, field));
    change(which === "ship_to" ? { ...moved, method: "" } : moved, ...touched, "method", "shipping_address");
  }
  return (
    <>
      <ContactFields
        form={form}
        faults={faults}
        mailed={mailed}
        onChange={(field, value) => change({ ...form, [field]: value }, `contact.${field}`)}
      />
      <div className="mt-10">
        <AddressFields
          kind="shipping"
          path={(field) => pathOf("ship_to", field)}
          legend={mailed ? "Who gets the bill?" : "Where does it go?"}
          address={form.ship_to}
          faults={faults}
          onChange={(field, value) => setAddress("ship_to", field, value)}
        >
          <Saved typed={form.ship_to} onChoose={(entry) => choose("ship_to", entry)} />
        </AddressFields>
      </div>
      {!mailed && (
        <label htmlFor={elsewhere} className="mt-4 flex min-h-11 w-fit items-center gap-3">
          <input
            id={elsewhere}
            type="checkbox"
            className="size-6 accent-accent"
            checked={form.bill_to !== null}
            onChange={(event) =>
              change({ ...form, bill_to: event.target.checked ? emptyAddress("", form.ship_to.country) : null })
            }
          />
          The bill has another address
        </label>
      )}
      {form.bill_to && !mailed && (
        <div className="mt-6">
          <AddressFields
            kind="billing"
            path={(field) => pathOf("bill_to", field)}
            legend="Who gets the bill?"
            address={form.bill_to}
            faults={faults}
            onChange={(field, value) => setAddress("bill_to", field, value)}
          >
            <Saved typed={form.bill_to} onChoose={(entry) => choose("bill_to", entry)} />
          </AddressFields>
        </div>
      )}
    </>
  );
}

/** A word with the order. */
function Wish({ at }: { at: Checking }) {
  const id = useId();
  return (
    <fieldset className="mt-10">
      <Legend>Anything else?</Legend>
      <label htmlFor={id} className="mb-1 block font-medium">
        A note with the order <span className="font-normal text-soft">(optional)</span>
      </label>
      <textarea
        id={id}
        className="field"
        rows={3}
        maxLength={NOTE_MOST}
        value={at.form.note}
        onChange={(event) => at.change({ ...at.form, note: event.target.value })}
        onBlur={at.keepNote}
      />
    </fieldset>
  );
}
