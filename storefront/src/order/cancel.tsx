import { useId, useRef, useState } from "react";
import type { OrderView } from "../api/schema";
import { useCancelOrder } from "../lib/orders";
import { Spinner } from "../ui/marks";
import { Failure } from "../ui/parts";

export function Cancel({ order }: { order: OrderView }) {
  const cancel = useCancelOrder(order.id);
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  const [reason, setReason] = useState("");
  const paid = order.paid.amount > 0;
  return (
    <>
      <button type="button" className="btn btn-bad" onClick={() => dialog.current?.showModal()}>
        Cancel this order
      </button>
      <dialog
        ref={dialog}
        aria-labelledby={id}
        className="w-[min(30rem,calc(100vw-2rem))] rounded-3xl bg-card p-6 text-ink"
      >
        <h2 id={id} className="text-2xl">
          Cancel order {order.number}?
        </h2>
        <p className="mt-2 text-soft">
          {paid
            ? "You get your money back, and your things go back on the shelf."
            : "Nothing was charged. Your things go back on the shelf."}
        </p>
        <label className="mt-4 block">
          <span className="mb-1 block font-medium">
            Why? <span className="font-normal text-soft">(optional)</span>
          </span>
          <textarea
            className="field"
            rows={3}
            maxLength={500}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        </label>
        {cancel.isError && (
          <div className="mt-4">
            <Failure error={cancel.error} />
          </div>
        )}
        <div className="mt-5 flex flex-wrap justify-end gap-3">
          <button type="button" className="btn btn-quiet" onClick={() => dialog.current?.close()}>
            Keep it
          </button>
          <button
            type="button"
            className="btn btn-bad"
            disabled={cancel.isPending}
            onClick={() => cancel.mutate(reason, { onSuccess: () => dialog.current?.close() })}
          >
            {cancel.isPending ? <Spinner label="Cancelling" /> : "Cancel the order"}
          </button>
        </div>
      </dialog>
    </>
  );
}
