import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "react-router";
import { Problem } from "../api/problem";
import type { OrderView } from "../api/schema";
import { addToCart } from "../cart/cart";
import { Spinner } from "../ui/marks";
import { Failure } from "../ui/parts";

export function Again({ order }: { order: OrderView }) {
  const navigate = useNavigate();
  const again = useMutation({
    mutationFn: async () => {
      let added = 0;
      for (const line of order.lines) {
        try {
          await addToCart(line.sku, line.quantity);
          added += 1;
        } catch (error) {
          if (!(error instanceof Problem) || error.unsettled) throw error; // else it can't be had any more
        }
      }
      if (!added) throw new Problem({ code: "insufficient_stock" }, 409);
    },
    onSuccess: () => navigate("/cart"),
  });
  return (
    <div className="space-y-3">
      <button type="button" className="btn btn-main" disabled={again.isPending} onClick={() => again.mutate()}>
        {again.isPending ? <Spinner label="Filling your cart" /> : "Put it all back in the cart"}
      </button>
      {again.isError && <Failure error={again.error} />}
    </div>
  );
}
