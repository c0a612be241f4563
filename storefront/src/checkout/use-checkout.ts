import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { useNavigate } from "react-router";
import { useBook } from "../account/book";
import { isProblem, Problem } from "../api/problem";
import type { CartView } from "../api/schema";
import { useAuth } from "../auth/auth";
import { noteCart, saveDelivery } from "../cart/edits";
import { type CartRef, keepCart } from "../cart/refs";
import { filled } from "../lib/book";
import { afterOwn, asSeen, whatChanged } from "../lib/changes";
import { deliveryOf, destinationOf, type Faults, type Form, formOf, missing } from "../lib/delivery";
import { draft, forgetDraft, keepDelivery, keepDraft, lastDelivery } from "../lib/kept";
import { likelyCountry } from "../lib/locale";
import { linesBlock } from "../lib/problems";
import { regionsOf } from "../lib/regions";
import { keepOrder, placeOrder } from "./place";
import { useWays } from "./use-ways";

const TYPING_PAUSE_MS = 700;
const FAULT = "[aria-invalid=true]";

/** As the API is told of it; two forms that say the same are the same. */
const told = (form: Form): string => JSON.stringify(deliveryOf(form));

const kept = (cart: CartView): string => JSON.stringify(cart.delivery);

interface Here {
  cart: CartView;
  cartRef: CartRef;
  who: string;
  refetch: () => void;
}

/** The checkout's state: what is typed, what of it the API knows, what the buyer has seen, and the order. */
export function useCheckout({ cart, cartRef, who, refetch }: Here) {
  const navigate = useNavigate();
  const state = useAuth();
  const person = state.status === "person" ? state.person : null;
  const [form, setForm] = useState(() => firstForm(cart, person));
  const [faults, setFaults] = useState<Faults>({});
  const [seen, setSeen] = useState(() => asSeen(cart));
  // Compared as it was sent: the API spells addresses and numbers in its own way. What it has kept is compared as well:
  // another tab may have sent something else.
  const [sent, setSent] = useState(() => ({ text: draft() ? "" : told(form), kept: kept(cart) }));
  const page = useRef<HTMLFormElement>(null);
  const pressed = useRef(false);
  const placing = useRef(false);

  const text = told(form);
  const saved = cart.quote !== null && cart.delivery !== null && sent.text === text && sent.kept === kept(cart);
  const noted = form.note.trim() === cart.note;
  const changes = whatChanged(seen, cart);
  const blocked = saved && cart.problems.some((problem) => problem.blocking);
  const ways = useWays(cartRef, cart, placeOf(form, cart));

  const save = useMutation({
    mutationFn: (typed: Form) => saveDelivery(cartRef, deliveryOf(typed)),
    onSuccess: (now, typed) => {
      // Without a choice the API has taken the cheapest way.
      const method = now.delivery?.method ?? typed.method;
      setSent({ text: told({ ...typed, method }), kept: kept(now) });
      setForm((latest) => (latest.method === typed.method ? { ...latest, method } : latest));
      setSeen((before) => afterOwn(before, now));
      setFaults({});
    },
    onError: (error, typed) => {
      if (!(error instanceof Problem)) return;
      const found = Object.fromEntries(error.errors.map(({ field }) => [field, error.field(field) ?? ""]));
      // It was offered for another place: without a choice there is always a way.
      if (found.method && typed.method) setForm((latest) => ({ ...latest, method: "" }));
      else setFaults(found);
      if (pressed.current) focusOn(FAULT);
    },
    onSettled: () => (pressed.current = false),
  });
  const place = useMutation({
    mutationFn: async () => {
      if (!noted) await noteCart(cartRef, form.note);
      return placeOrder(cartRef, who, cart);
    },
    onSuccess: (order) => {
      keepDelivery(deliveryOf(form));
      void navigate(`/orders/${order.id}`, { replace: true, state: { pay: true } });
      keepOrder(order, who);
    },
    onError: (error) => {
      if (isProblem(error, "cart_already_ordered") && typeof error.extra.order_id === "string") {
        keepCart(who, null);
        void navigate(`/orders/${error.extra.order_id}`, { replace: true, state: { pay: true } });
      } else if (error instanceof Problem && error.status === 409 && !error.extra.cart) refetch();
    },
    onSettled: () => (placing.current = false),
  });
  const noting = useMutation({ mutationFn: () => noteCart(cartRef, form.note) });

  // Whoever keeps an address book and has said nothing here yet need not type.
  const { data: book } = useBook();
  const opened = useRef(false);
  useEffect(() => {
    if (!book || opened.current) return;
    opened.current = true;
    setForm((typed) => (cart.delivery ? typed : filled(typed, book)));
  }, [book, cart.delivery]);

  // What it costs depends on where it goes: asked for as soon as that is known.
  const complete = Object.keys(missing(form)).length === 0 && ways.status !== "unserved";
  const { mutate: saveNow } = save;
  useEffect(() => {
    if (!complete || saved) return;
    const timer = setTimeout(() => saveNow(form), TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
    // `form` is what `text` says.
  }, [complete, text, saved, saveNow]);

  const known = saved && noted;
  useEffect(() => {
    if (known) forgetDraft();
  }, [known]);

  function change(next: Form, ...touched: string[]) {
    setForm(next);
    keepDraft(next);
    setFaults((now) => Object.fromEntries(Object.entries(now).filter(([path]) => !touched.includes(path))));
    if (place.isError) place.reset();
  }

  function focusOn(what: string) {
    setTimeout(() => page.current?.querySelector<HTMLElement>(what)?.focus());
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    const found = missing(form);
    if (Object.keys(found).length) {
      setFaults(found);
      focusOn(FAULT);
    } else if (!saved) {
      pressed.current = true;
      save.mutate(form);
    } else if (blocked) {
      focusOn(linesBlock(cart) ? "[data-mend]" : "[name=method]");
    } else if (changes.length) {
      setSeen(cart);
      if (cart.problems.some((problem) => problem.was)) save.mutate(form); // Agreed: no news any more.
    } else if (!placing.current) {
      placing.current = true; // Two clicks can be quicker than the page that follows from the first.
      place.mutate();
    }
  }

  return {
    page,
    form,
    faults,
    ways,
    saved,
    blocked,
    changes,
    save,
    place,
    change,
    keepNote: () => !noted && noting.mutate(),
    submit,
    /** The buyer's own changes elsewhere on the page are no news. */
    onOwn: (now: CartView, lineId?: string) => {
      setSeen((before) => afterOwn(before, now, lineId));
      if (place.isError) place.reset();
    },
  };
}

export type Checking = ReturnType<typeof useCheckout>;

function firstForm(cart: CartView, person: { email: string; name: string } | null): Form {
  const begun = draft();
  if (begun) return { ...begun, email: begun.email || (person?.email ?? "") };
  const form = formOf(
    cart.delivery ?? lastDelivery(),
    person?.email ?? "",
    person?.name ?? "",
    likelyCountry(),
    cart.note,
  );
  // Kept from a purchase as a guest: the place is right, but the account has an address of its own to write to.
  return person && !cart.delivery ? { ...form, email: person.email, method: "" } : form;
}

/** Where it goes. Where regions are typed, only the API knows which one is meant. */
function placeOf(form: Form, cart: CartView): { country: string; region: string } | null {
  const known = cart.delivery?.shipping_address;
  const { country } = form.ship_to;
  return known?.country === country && !regionsOf(country).length ? known : destinationOf(form.ship_to);
}
