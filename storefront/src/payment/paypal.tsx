import { useMutation } from "@tanstack/react-query";
import { isProblem } from "../api/problem";
import { Spinner } from "../ui/marks";
import { Failure, Notice } from "../ui/parts";
import { beginPayment } from "./payments";

/** Goes to PayPal's page, where the buyer agrees; whatever card was asked for before can't be charged any more then. */
export function PayPal(props: { orderId: string; words: string; decline: string | null; onPaid: () => void }) {
  const { orderId, words, decline, onPaid } = props;
  const begin = useMutation({
    mutationFn: () => beginPayment(orderId, { provider: "paypal" }),
    onSuccess: (payment) => (payment.approval_url ? window.location.assign(payment.approval_url) : onPaid()),
    onError: (error) => isProblem(error, "already_paid") && onPaid(),
  });
  // Busy until PayPal's page is there.
  const busy = begin.isPending || begin.isSuccess;
  return (
    <div className="max-w-xl space-y-4">
      {decline && (
        <Notice tone="bad" title="The payment did not go through">
          <p>{decline}</p>
        </Notice>
      )}
      {begin.isError && <Failure error={begin.error} />}
      <button type="button" className="btn btn-main w-full" disabled={busy} onClick={() => begin.mutate()}>
        {busy ? <Spinner label="On to PayPal" /> : words}
      </button>
    </div>
  );
}
