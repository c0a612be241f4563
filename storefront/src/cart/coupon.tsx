import { useMutation } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { Problem } from "../api/problem";
import type { CartView } from "../api/schema";
import { refusalSentence } from "../lib/problems";
import { CodeField } from "../ui/code-field";
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
      <CodeField
        ref={field}
        label={
          <>
            Code <span className="font-normal text-soft">(if you have one)</span>
          </>
        }
        typed={typed}
        refused={refused}
        busy={change.isPending}
        words="Use code"
        onType={(now) => {
          setTyped(now);
          if (change.isError) change.reset();
        }}
        onUse={use}
      />
      {change.isError && !refused && (
        <div className="mt-2">
          <Failure error={change.error} retry={use} />
        </div>
      )}
    </div>
  );
}
