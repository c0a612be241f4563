import { useMutation } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { Link } from "react-router";
import type { WishView } from "../api/schema";
import { Spinner } from "../ui/marks";
import { Empty, Failure, Loading, PageTitle, Picture, Price, Skeleton } from "../ui/parts";
import { useMyId } from "./me";
import { remove, useWishlist } from "./wishes";

export default function Wishlist() {
  const query = useWishlist();
  const top = useRef<HTMLDivElement>(null);
  const [said, setSaid] = useState("");
  const wishes = query.data?.items;
  const onGone = (what: string) => {
    setSaid(`Taken off: ${what}.`);
    top.current?.focus();
  };
  return (
    <>
      <PageTitle title="Wishlist" />
      <div ref={top} tabIndex={-1} className="mt-6 focus:outline-none">
        <p role="status" className="sr-only">
          {said}
        </p>
        {!wishes ? (
          query.isError ? (
            <Failure error={query.error} retry={() => void query.refetch()} title="We can't show your wishlist" />
          ) : (
            <Loading label="Loading your wishlist">
              <Skeleton className="h-28 w-full" />
              <Skeleton className="mt-4 h-28 w-full" />
            </Loading>
          )
        ) : !wishes.length ? (
          <Empty title={<h2 className="text-2xl">No wishes yet</h2>}>
            <p>Press the heart on something you like, and you find it here again.</p>
            <Link to="/products" className="btn btn-main">
              Look around
            </Link>
          </Empty>
        ) : (
          <ul className="divide-y divide-line border-y border-line" aria-label="Your wishes">
            {wishes.map((wish) => (
              <Row key={wish.product_id} wish={wish} onGone={onGone} />
            ))}
          </ul>
        )}
      </div>
    </>
  );
}

function Row({ wish, onGone }: { wish: WishView; onGone: (what: string) => void }) {
  const who = useMyId();
  const { product, state } = wish;
  const title = product?.title ?? "something the shop has no more";
  const off = useMutation({
    mutationFn: () => remove(who, wish.product_id),
    onSuccess: () => onGone(title),
  });
  return (
    <li className="py-4">
      <div className="flex items-center gap-4">
        <Picture
          src={product?.image?.url}
          alt=""
          className={`size-22 shrink-0 rounded-2xl ${state === "available" ? "" : "opacity-55 grayscale-[.6]"}`}
        />
        <div className="min-w-0 grow">
          {product ? (
            <Link
              to={`/products/${product.slug}`}
              className="text-lg font-semibold decoration-madder decoration-2 underline-offset-4 hover:underline"
            >
              {product.title}
            </Link>
          ) : (
            <p className="text-lg font-semibold text-soft">Gone from the shop</p>
          )}
          <p className="text-soft">
            {state === "sold_out" ? "Sold out for now" : state === "gone" ? "It was here when you wished for it." : ""}
            {state === "available" && product?.price && (
              <span className="text-ink">
                {product.price_varies && "from "}
                <Price money={product.price} />
              </span>
            )}
          </p>
        </div>
        <button
          type="button"
          className="link min-h-11 shrink-0"
          aria-label={`Take off: ${title}`}
          disabled={off.isPending}
          onClick={() => off.mutate()}
        >
          {off.isPending ? <Spinner /> : "Take off"}
        </button>
      </div>
      {off.isError && (
        <div className="mt-3">
          <Failure error={off.error} />
        </div>
      )}
    </li>
  );
}
