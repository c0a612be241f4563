import { useIsMutating } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { Link } from "react-router";
import type { CartView } from "../api/schema";
import { CameAlong } from "../cart/along";
import { useCart } from "../cart/cart";
import { EDITING } from "../cart/editing";
import type { CartRef } from "../cart/refs";
import { Checkout } from "../checkout/checkout";
import { Finding } from "../checkout/finding";
import { unanswered } from "../checkout/place";
import { Empty, Failure, Loading, PageTitle, Skeleton } from "../ui/parts";

export default function CheckoutPage() {
  const { cart, ref, who, pending, error, refetch } = useCart();
  const [unheard, setUnheard] = useState(unanswered);
  const editing = useIsMutating({ mutationKey: EDITING });
  // While the page turns after the order is placed, the cart is gone already: it is shown to the last.
  const last = useRef<{ cart: CartView; ref: CartRef } | null>(null);
  const begun = useRef(false);
  if (cart && ref) last.current = cart.lines.length ? { cart, ref } : null;

  if (unheard) return <Finding placement={unheard} onNone={() => setUnheard(null)} />;
  // What was pressed last in the cart is on its way still: what comes of it is no news.
  if (!begun.current && (pending || editing > 0)) return <Shape />;
  begun.current = true;
  if (error && !cart) return <Failure error={error} retry={() => void refetch()} title="We can't show your cart" />;
  if (!last.current) {
    return (
      <Empty title={<PageTitle title="Nothing to check out" />}>
        <p>There is nothing in your cart that could be ordered.</p>
        <Link to={cart?.saved.length ? "/cart" : "/"} className="btn btn-main">
          {cart?.saved.length ? "See what you saved" : "Go to the market"}
        </Link>
      </Empty>
    );
  }
  return (
    <>
      <CameAlong />
      <Checkout
        key={last.current.ref.id}
        cart={last.current.cart}
        cartRef={last.current.ref}
        who={who}
        refetch={() => void refetch()}
      />
    </>
  );
}

const Shape = () => (
  <Loading label="Loading the checkout">
    <Skeleton className="h-12 w-56" />
    <div className="mt-6 grid gap-8 lg:grid-cols-[1fr_24rem]">
      <Skeleton className="h-96" />
      <Skeleton className="h-72" />
    </div>
  </Loading>
);
