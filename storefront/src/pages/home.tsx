import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useRef } from "react";
import { Link, useSearchParams } from "react-router";
import { api, ask } from "../api/client";
import type { ProductSummary } from "../api/schema";
import { Empty, Failure, Loading, PageTitle, Picture, Price, Skeleton } from "../ui/parts";
import { Spinner, Star } from "../ui/marks";

const PAGE = 24;
const GRID = "grid grid-cols-2 gap-x-4 gap-y-8 sm:gap-x-6 md:grid-cols-3 lg:grid-cols-4";

function Card({ product, eager }: { product: ProductSummary; eager: boolean }) {
  const { price, compare_at: before } = product;
  return (
    <li className="group relative">
      <div className="relative overflow-hidden rounded-tile bg-sunk">
        <Picture
          src={product.image?.url}
          alt=""
          eager={eager}
          className={`aspect-square w-full transition-transform duration-300 group-hover:scale-[1.035] ${product.in_stock ? "" : "opacity-55 grayscale-[.6]"}`}
        />
      </div>
      <p className="relative -mt-4 ml-3">
        {!product.in_stock ? (
          <span className="tag tag-gone">Sold out</span>
        ) : price ? (
          <span className="tag">
            {product.price_varies && <span className="text-xs font-medium">from</span>}
            <Price money={price} />
            {before && (
              <s className="text-xs font-medium opacity-75">
                <span className="sr-only">before </span>
                <Price money={before} />
              </s>
            )}
          </span>
        ) : (
          <span className="tag tag-gone">Not sold here</span>
        )}
      </p>
      <h2 className="mt-2 text-[1.0625rem] font-semibold leading-snug tracking-normal">
        {/* The whole card leads there; the link is its name. */}
        <Link
          to={`/products/${product.slug}`}
          className="after:absolute after:inset-0 after:rounded-tile group-hover:underline decoration-madder decoration-2 underline-offset-4 focus-visible:outline-none focus-visible:after:outline-3 focus-visible:after:outline-offset-4 focus-visible:after:outline-accent"
        >
          {product.title}
        </Link>
      </h2>
      <p className="text-sm text-soft">{product.brand}</p>
    </li>
  );
}

function Grid() {
  return (
    <ul className={GRID}>
      {Array.from({ length: 8 }, (_, index) => (
        <li key={index}>
          <Skeleton className="aspect-square w-full rounded-tile" />
          <Skeleton className="mt-3 h-5 w-4/5" />
          <Skeleton className="mt-2 h-4 w-2/5" />
        </li>
      ))}
    </ul>
  );
}

/** The API lists no categories by themselves yet: they are gathered from the products, 300 at most. */
async function gatherCategories(): Promise<{ slug: string; title: string }[]> {
  const found = new Map<string, string>();
  let cursor: string | null | undefined;
  for (let pages = 0; pages < 3 && cursor !== null; pages += 1) {
    const page = await ask(api.GET("/products", { params: { query: { limit: 100, ...(cursor ? { cursor } : {}) } } }));
    for (const product of page.items) if (product.category) found.set(product.category, product.category_title);
    cursor = page.next_cursor ?? null;
  }
  return [...found].map(([slug, title]) => ({ slug, title })).sort((a, b) => a.title.localeCompare(b.title));
}

function Categories({ chosen }: { chosen: string }) {
  const { data, isPending } = useQuery({ queryKey: ["categories"], queryFn: gatherCategories, staleTime: 300_000 });
  const chip =
    "block min-h-11 content-center whitespace-nowrap rounded-full border-[1.5px] border-edge px-4 font-semibold hover:bg-sunk aria-[current=true]:border-ink aria-[current=true]:bg-ink aria-[current=true]:text-paper";
  return (
    <nav aria-label="Categories" className="-mx-4 overflow-x-auto px-4 py-1 [scrollbar-width:none] sm:-mx-6 sm:px-6">
      <ul className="flex gap-2">
        {[{ slug: "", title: "Everything" }, ...(data ?? [])].map(({ slug, title }) => (
          <li key={slug}>
            <Link
              to={slug ? `/?category=${encodeURIComponent(slug)}` : "/"}
              preventScrollReset
              aria-current={slug === chosen ? "true" : undefined}
              className={chip}
            >
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
  const [search] = useSearchParams();
  const category = search.get("category") ?? "";
  const list = useRef<HTMLUListElement>(null);
  const query = useInfiniteQuery({
    queryKey: ["products", category],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) =>
      ask(
        api.GET("/products", {
          params: { query: { limit: PAGE, category, ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    getNextPageParam: (page) => page.next_cursor ?? null,
  });
  const products = query.data?.pages.flatMap((page) => page.items) ?? [];
  const title = category ? (products[0]?.category_title ?? "The market") : "Made by hand, sold by name";

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
          <PageTitle title={category ? title : "The market"}>{title}</PageTitle>
          {!category && (
            <p className="mt-2 max-w-prose text-lg text-soft">
              Pots, lamps, cloth and spices from eight small workshops.
            </p>
          )}
        </div>
        <div className="hidden gap-1 pb-2 text-madder md:flex" aria-hidden="true">
          <Star className="size-9" />
          <Star className="size-9 text-accent" />
          <Star className="size-9" />
        </div>
      </div>
      <Categories chosen={category} />
      <div className="mt-6">
        {query.isPending ? (
          <Loading label="Loading the products">
            <Grid />
          </Loading>
        ) : query.isError && !products.length ? (
          <Failure error={query.error} retry={() => void query.refetch()} title="The stalls don't open" />
        ) : !products.length ? (
          <Empty title={<h2 className="text-2xl">Nothing on this stall</h2>}>
            <p>{category ? "There is nothing in this category at the moment." : "The market has no wares yet."}</p>
            {category && (
              <Link to="/" className="btn btn-main">
                See everything
              </Link>
            )}
          </Empty>
        ) : (
          <>
            <p role="status" className="sr-only">
              {products.length} products shown
            </p>
            <ul ref={list} className={GRID}>
              {products.map((product, index) => (
                <Card key={product.id} product={product} eager={index < 4} />
              ))}
            </ul>
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
    </>
  );
}
