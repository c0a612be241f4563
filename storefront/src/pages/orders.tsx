import { useInfiniteQuery, useQueries } from "@tanstack/react-query";
import { Link, useSearchParams } from "react-router";
import { api, ask } from "../api/client";
import type { OrderStatus, OrderSummary, OrderView } from "../api/schema";
import { useAuth } from "../auth/auth";
import { WaysIn } from "../auth/ways-in";
import { askedFor } from "../lib/history";
import { fetchOrder, knownOrders } from "../lib/orders";
import { formatMoney } from "../lib/money";
import { formatDay } from "../lib/time";
import { OrderFilters } from "../order/filters";
import { taxOf } from "../lib/totals";
import { Spinner } from "../ui/marks";
import { Empty, Failure, Loading, PageTitle, Price, Skeleton } from "../ui/parts";

const WORDS: Record<OrderStatus, { text: string; look: string }> = {
  pending: { text: "Waiting for payment", look: "bg-warn-ground text-ink" },
  expiring: { text: "Running out", look: "bg-warn-ground text-ink" },
  expired: { text: "Ran out", look: "bg-sunk text-soft" },
  confirmed: { text: "Confirmed", look: "bg-good-ground text-good" },
  cancelled: { text: "Cancelled", look: "bg-sunk text-soft" },
  completed: { text: "Completed", look: "bg-good-ground text-good" },
};

export function StatusWord({ status }: { status: OrderStatus }) {
  const { text, look } = WORDS[status];
  return <span className={`rounded-full px-3 py-1 text-sm font-semibold ${look}`}>{text}</span>;
}

/** What is in the sum beside the goods. */
function madeUp({ shipping, discount, tax }: OrderSummary): string[] {
  return [
    shipping,
    discount.amount > 0 && `${formatMoney(discount)} saved`,
    tax.amount > 0 && `${formatMoney(tax)} tax`,
  ].filter((part) => part !== false && part !== "") as string[];
}

function Rows({ orders }: { orders: readonly OrderSummary[] }) {
  return (
    <ul className="divide-y divide-line border-y border-line">
      {orders.map((order) => (
        <li
          key={order.id}
          className="relative grid grid-cols-[1fr_auto] items-center gap-x-6 gap-y-1 py-5 hover:bg-sunk sm:grid-cols-[1fr_auto_7rem]"
        >
          <p className="text-lg font-semibold">
            <Link to={`/orders/${order.id}`} className="after:absolute after:inset-0">
              {order.number}
            </Link>
          </p>
          <p className="row-start-2 text-soft">
            {formatDay(order.placed_at)} · {order.pieces} {order.pieces === 1 ? "piece" : "pieces"}
            {madeUp(order).map((part) => (
              <span key={part}> · {part}</span>
            ))}
          </p>
          <p className="text-right sm:col-start-2 sm:row-span-2 sm:row-start-1">
            <StatusWord status={order.status} />
          </p>
          <Price
            money={order.total}
            className="row-start-2 text-right text-lg font-semibold sm:col-start-3 sm:row-span-2 sm:row-start-1"
          />
        </li>
      ))}
    </ul>
  );
}

const Shape = () => (
  <Loading label="Loading your orders">
    {[0, 1, 2].map((row) => (
      <Skeleton key={row} className="mb-4 h-20 w-full" />
    ))}
  </Loading>
);

const summaryOf = (order: OrderView): OrderSummary => ({
  id: order.id,
  number: order.number,
  status: order.status,
  total: order.totals.total,
  discount: order.totals.discount,
  tax: taxOf(order.totals),
  shipping: order.shipping?.title ?? "",
  pieces: order.lines.reduce((sum, line) => sum + line.quantity, 0),
  placed_at: order.placed_at,
});

/** What a guest has ordered in this tab: its secret tokens are kept no longer than that. */
function GuestOrders() {
  const results = useQueries({
    queries: knownOrders().map((id) => ({ queryKey: ["order", id], queryFn: () => fetchOrder(id), staleTime: 5_000 })),
  });
  const orders = results.flatMap((result) => (result.data ? [summaryOf(result.data)] : []));
  const prompt = (
    <>
      <p>Sign in to see the orders of your account. Guests find theirs by the link in the mail.</p>
      <WaysIn />
    </>
  );
  if (results.some((result) => result.isPending)) return <Shape />;
  if (!orders.length) return <Empty title={<h2 className="text-2xl">Who are you?</h2>}>{prompt}</Empty>;
  return (
    <>
      <p className="mb-4 text-soft">Ordered as a guest in this tab.</p>
      <Rows orders={orders} />
      <div className="mt-10 space-y-4 text-center text-soft">{prompt}</div>
    </>
  );
}

function MyOrders() {
  const [params, setParams] = useSearchParams();
  const asked = askedFor(params);
  const narrowed = Object.keys(asked).length > 0;
  const query = useInfiniteQuery({
    queryKey: ["orders", asked],
    staleTime: 5_000,
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) =>
      ask(
        api.GET("/me/orders", {
          params: { query: { ...asked, limit: 20, ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    getNextPageParam: (page) => page.next_cursor ?? null,
    placeholderData: (before) => before,
  });
  const orders = query.data?.pages.flatMap((page) => page.items) ?? [];
  if (query.isPending) return <Shape />;
  if (query.isError && !orders.length)
    return <Failure error={query.error} retry={() => void query.refetch()} title="We can't show your orders" />;
  if (!orders.length && !narrowed) {
    return (
      <Empty title={<h2 className="text-2xl">No orders yet</h2>}>
        <p>What you buy will be listed here.</p>
        <Link to="/" className="btn btn-main">
          Go to the market
        </Link>
      </Empty>
    );
  }
  if (!orders.length) {
    return (
      <>
        <OrderFilters words={WORDS} />
        <Empty title={<h2 className="text-2xl">Nothing fits</h2>}>
          <p>None of your orders is like that.</p>
          <button type="button" className="btn btn-main" onClick={() => setParams({}, { replace: true })}>
            See all of them
          </button>
        </Empty>
      </>
    );
  }
  return (
    <>
      <OrderFilters words={WORDS} />
      <div className={query.isPlaceholderData ? "opacity-60 transition-opacity" : ""}>
        <Rows orders={orders} />
      </div>
      {query.isFetchNextPageError && <Failure error={query.error} retry={() => void query.fetchNextPage()} />}
      {query.hasNextPage && (
        <p className="mt-8 text-center">
          <button
            type="button"
            className="btn btn-quiet"
            disabled={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            {query.isFetchingNextPage ? <Spinner label="Fetching more" /> : "Show older ones"}
          </button>
        </p>
      )}
    </>
  );
}

export default function Orders() {
  const state = useAuth();
  return (
    <>
      <PageTitle title="Your orders" />
      <div className="mt-6">
        {state.status === "loading" ? <Shape /> : state.status === "person" ? <MyOrders /> : <GuestOrders />}
      </div>
    </>
  );
}
