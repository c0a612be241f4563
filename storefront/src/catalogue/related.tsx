import { useQuery } from "@tanstack/react-query";
import { api, ask } from "../api/client";
import { Cards } from "./cards";

/** What goes with it; nothing at all where nothing does. */
export function Related({ productId }: { productId: string }) {
  const { data } = useQuery({
    queryKey: ["related", productId],
    queryFn: () =>
      ask(
        api.GET("/products/{product_id}/related", {
          params: { path: { product_id: productId }, query: { limit: 4 } },
        }),
      ),
  });
  if (!data?.items.length) return null;
  const together = data.items.some((item) => item.reason === "bought_together");
  return (
    <section aria-label="Goes with it" className="mt-14">
      <h2 className="mb-5 text-2xl">{together ? "Others bought with it" : "From the same stall"}</h2>
      <Cards products={data.items} wide />
    </section>
  );
}
