import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { Link } from "react-router";
import { api, ask, done, queries } from "../api/client";
import { Picture } from "../ui/parts";
import { mine, useMyId } from "./me";

const SHOWN = 8;

/** Puts a product at the top of what its viewer looked at; the shop keeps no such list of guests. */
export function useNoteViewed(productId: string): void {
  const who = useMyId();
  useEffect(() => {
    if (!who) return;
    // Nobody waits for it, and nobody misses it.
    void done(api.PUT("/me/recently-viewed", { body: { product_id: productId } }))
      .then(() => queries.invalidateQueries({ queryKey: mine(who, "viewed") }))
      .catch(() => undefined);
  }, [who, productId]);
}

/** What whoever is signed in looked at lately, but for what they look at now; nothing at all where there is none. */
export function RecentlyViewed({ but = "" }: { but?: string }) {
  const who = useMyId();
  const { data } = useQuery({
    queryKey: mine(who, "viewed"),
    enabled: who !== "",
    queryFn: () => ask(api.GET("/me/recently-viewed")),
  });
  const products = data?.items.map((item) => item.product).filter((product) => product.id !== but) ?? [];
  if (!products.length) return null;
  return (
    <section aria-labelledby="viewed" className="mt-14">
      <h2 id="viewed" className="text-2xl">
        You looked at
      </h2>
      <ul className="-mx-4 mt-4 flex snap-x gap-4 overflow-x-auto px-4 py-1 [scrollbar-width:thin] sm:-mx-6 sm:px-6">
        {products.slice(0, SHOWN).map((product) => (
          <li key={product.id} className="group relative w-28 shrink-0 snap-start">
            <Picture src={product.image?.url} alt="" className="aspect-square w-full rounded-2xl" />
            <Link
              to={`/products/${product.slug}`}
              className="mt-1.5 line-clamp-2 text-sm font-semibold leading-snug decoration-madder decoration-2 underline-offset-4 after:absolute after:inset-0 group-hover:underline"
            >
              {product.title}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
