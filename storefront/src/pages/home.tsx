import { useInfiniteQuery } from "@tanstack/react-query";
import { useRef } from "react";
import { Link } from "react-router";
import { RecentlyViewed } from "../account/viewed";
import { api, ask } from "../api/client";
import { Cards, CardShapes } from "../catalogue/cards";
import { stalls, useCategories } from "../catalogue/categories";
import { Empty, Failure, Loading, PageTitle } from "../ui/parts";
import { Spinner, Star } from "../ui/marks";

const PAGE = 24;

function Categories() {
  const { data, isPending } = useCategories();
  const chip =
    "block min-h-11 content-center whitespace-nowrap rounded-full border-[1.5px] border-edge px-4 font-semibold hover:bg-sunk";
  return (
    <nav aria-label="Categories" className="-mx-4 overflow-x-auto px-4 py-1 [scrollbar-width:none] sm:-mx-6 sm:px-6">
      <ul className="flex gap-2">
        <li>
          <Link to="/products" className={chip}>
            Everything
          </Link>
        </li>
        {stalls(data ?? []).map(({ slug, title }) => (
          <li key={slug}>
            <Link to={`/categories/${slug}`} className={chip}>
              {title}
            </Link>
          </li>
        ))}
        {isPending &&
          Array.from({ length: 6 }, (_, index) => (
            <li key={index} className="skeleton h-11 w-28 shrink-0 rounded-full" aria-hidden="true" />
          ))}
      </ul>
    </nav>
  );
}

export default function Home() {
  const list = useRef<HTMLUListElement>(null);
  const query = useInfiniteQuery({
    queryKey: ["products"],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) =>
      ask(
        api.GET("/products", {
          params: {
            query: { limit: PAGE, facets: false, sort: "-created_at", ...(pageParam ? { cursor: pageParam } : {}) },
          },
        }),
      ),
    getNextPageParam: (page) => page.next_cursor ?? null,
  });
  const products = query.data?.pages.flatMap((page) => page.items) ?? [];

  async function more() {
    const seen = products.length;
    await query.fetchNextPage();
    // Whoever goes by keyboard goes on at the first new one.
    list.current?.querySelectorAll<HTMLElement>("li a")[seen]?.focus({ preventScroll: true });
  }

  return (
    <>
      <div className="mb-5 flex items-end justify-between gap-6">
        <div>
          <PageTitle title="The market">Made by hand, sold by name</PageTitle>
          <p className="mt-2 max-w-prose text-lg text-soft">
            Pots, lamps, cloth and spices from eight small workshops.
          </p>
        </div>
        <div className="hidden gap-1 pb-2 text-madder md:flex" aria-hidden="true">
          <Star className="size-9" />
          <Star className="size-9 text-accent" />
          <Star className="size-9" />
        </div>
      </div>
      <Categories />
      <div className="mt-6">
        {query.isPending ? (
          <Loading label="Loading the products">
            <CardShapes wide />
          </Loading>
        ) : query.isError && !products.length ? (
          <Failure error={query.error} retry={() => void query.refetch()} title="The stalls don't open" />
        ) : !products.length ? (
          <Empty title={<h2 className="text-2xl">Nothing on this stall</h2>}>
            <p>The market has no wares yet.</p>
          </Empty>
        ) : (
          <>
            <p role="status" className="sr-only">
              {products.length} products shown
            </p>
            <Cards ref={list} products={products} wide />
            {query.isFetchNextPageError && (
              <div className="mt-8">
                <Failure error={query.error} retry={() => void more()} />
              </div>
            )}
            {query.hasNextPage && !query.isFetchNextPageError && (
              <p className="mt-12 text-center">
                <button
                  type="button"
                  className="btn btn-quiet"
                  disabled={query.isFetchingNextPage}
                  onClick={() => void more()}
                >
                  {query.isFetchingNextPage ? <Spinner label="Fetching more" /> : "Show more"}
                </button>
              </p>
            )}
          </>
        )}
      </div>
      <RecentlyViewed />
    </>
  );
}
