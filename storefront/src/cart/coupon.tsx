import { useMutation } from "@tanstack/react-query";
import { useId, useRef, useState } from "react";
import { Problem } from "../api/problem";
import type { CartView } from "../api/schema";
import { refusalSentence } from "../lib/problems";
import { Spinner } from "../ui/marks";
import { Failure } from "../ui/parts";
import { applyCoupon, removeCoupon } from "./edits";
import type { CartRef } from "./refs";

/** The field for a code, and what has become of the one that was entered. */
export function Coupon({
  cart,
  cartRef,
  onChanged,
}: {
  cart: CartView;
  cartRef: CartRef;
  onChanged?: ((cart: CartView) => void) | undefined;
}) {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState("");
  const change = useMutation({
    mutationFn: (code: string) => (code ? applyCoupon(cartRef, code) : removeCoupon(cartRef)),
    onSuccess: (now) => {
      setTyped("");
      onChanged?.(now);
    },
    onError: () => field.current?.focus(),
  });
  const refused = change.error instanceof Problem ? change.error.field("code") : undefined;
  const { coupon } = cart;

  function use() {
    const code = typed.trim();
    if (code) change.mutate(code);
    else field.current?.focus();
  }

  if (coupon) {
    return (
      <div>
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <span>
            Code <span className="rounded-lg bg-sunk px-2 py-0.5 font-semibold tracking-wide">{coupon.code}</span>
          </span>
          <button type="button" className="link min-h-9" disabled={change.isPending} onClick={() => change.mutate("")}>
            Take out<span className="sr-only"> the code {coupon.code}</span>
          </button>
        </p>
        <p role="status" className={coupon.applied ? "sr-only" : "text-sm font-medium text-bad"}>
          {coupon.applied ? `The code ${coupon.code} is used.` : coupon.refusal && refusalSentence(coupon.refusal)}
        </p>
        {change.isError && <Failure error={change.error} retry={() => change.mutate(change.variables)} />}
      </div>
    );
  }
  return (
    <div>
      <label htmlFor={id} className="mb-1 block font-medium">
        Code <span className="font-normal text-soft">(if you have one)</span>
      </label>
      <div className="flex gap-2">
        <input
          ref={field}
          id={id}
          className="field min-w-0 uppercase placeholder:normal-case"
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          maxLength={64}
          value={typed}
          aria-invalid={refused ? true : undefined}
          aria-describedby={refused ? `${id}-e` : undefined}
          onChange={(event) => {
            setTyped(event.target.value);
            if (change.isError) change.reset();
          }}
          onKeyDown={(event) => {
            if (event.key !== "Enter") return;
            event.preventDefault(); // It may stand in a larger form.
            use();
          }}
        />
        <button type="button" className="btn btn-quiet shrink-0" disabled={change.isPending} onClick={use}>
          {change.isPending ? <Spinner label="Looking" /> : "Use code"}
        </button>
      </div>
      {refused && (
        <p id={`${id}-e`} role="alert" className="mt-1 text-sm font-medium text-bad">
          {refused}
        </p>
      )}
      {change.isError && !refused && (
        <div className="mt-2">
          <Failure error={change.error} retry={use} />
        </div>
      )}
    </div>
  );
}
