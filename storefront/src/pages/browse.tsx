import { useInfiniteQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { Link, useParams, useSearchParams } from "react-router";
import { api, ask } from "../api/client";
import type { SearchNote } from "../api/schema";
import { Cards, CardShapes } from "../catalogue/cards";
import { pathTo, useCategories } from "../catalogue/categories";
import { Chips, Facets } from "../catalogue/facets";
import { chosen, cleared, queryOf, replaced, SORTS } from "../catalogue/filters";
import { Spinner } from "../ui/marks";
import { Empty, Failure, Loading, PageTitle } from "../ui/parts";

const PAGE = 24;

function Said({ note }: { note: SearchNote }) {
  const [params, setParams] = useSearchParams();
  if (note.corrected) {
    return (
      <p className="mt-2 text-soft">
        Showing what was found for <strong className="text-ink">{note.corrected}</strong>; nothing is called “
        {note.query}”.
      </p>
    );
  }
  if (note.did_you_mean) {
    return (
      <p className="mt-2 text-soft">
        Did you mean{" "}
        <button type="button" className="link" onClick={() => setParams(replaced(params, { q: note.did_you_mean! }))}>
          {note.did_you_mean}
        </button>
        ?
      </p>
    );
  }
  return null;
}

/** A category, a search, or everything: one list, narrowed by what the address says. */
export default function Browse() {
  const { slug = "" } = useParams();
  const [params, setParams] = useSearchParams();
  const [open, setOpen] = useState(false);
  const list = useRef<HTMLUListElement>(null);
  const bar = useRef<HTMLDivElement>(null);
  const categories = useCategories();
  const asked = queryOf(params, slug);
  const query = useInfiniteQuery({
    queryKey: ["products", asked],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) =>
      ask(
        api.GET("/products", {
          params: { query: { ...asked, limit: PAGE, total: true, ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    getNextPageParam: (page) => page.next_cursor ?? null,
    placeholderData: (before) => before, // The list stays while it is narrowed, so that nothing jumps.
  });
  const first = query.data?.pages[0];
  const products = query.data?.pages.flatMap((page) => page.items) ?? [];
  const currency = products.find((product) => product.price)?.price?.currency ?? "USD";
  const facets = first?.facets ?? [];
  const path = pathTo(slug, categories.data ?? []);
  const here = path.at(-1);
  const words = params.get("q") ?? "";
  const total = first?.total ?? products.length;
  const found = first && !query.isPlaceholderData ? `${total} ${total === 1 ? "product" : "products"}` : null;
  const title = words ? `“${words}”` : slug ? (here?.title ?? "Category") : "Everything";

  async function more() {
    const seen = products.length;
    await query.fetchNextPage();
    list.current?.querySelectorAll<HTMLElement>("li a")[seen]?.focus({ preventScroll: true });
  }

  function close() {
    setOpen(false);
    bar.current?.scrollIntoView();
    bar.current?.querySelector("button")?.focus({ preventScroll: true });
  }

  return (
    <>
      {path.length > 0 && (
        <nav aria-label="Breadcrumbs" className="mb-2 text-soft">
          <Link to="/products" className="hover:underline">
            Everything
          </Link>
          {path.slice(0, -1).map((node) => (
            <span key={node.id}>
              {" › "}
              <Link to={`/categories/${node.slug}`} className="hover:underline">
                {node.title}
              </Link>
            </span>
          ))}
        </nav>
      )}
      <PageTitle title={title} />
      {here?.description && <p className="mt-2 max-w-prose text-soft">{here.description}</p>}
      {first?.search && <Said note={first.search} />}
      {here && here.children.length > 0 && (
        <ul className="mt-4 flex flex-wrap gap-2" aria-label="Below this category">
          {here.children.map((node) => (
            <li key={node.id}>
              <Link
                to={`/categories/${node.slug}`}
                className="block min-h-11 content-center rounded-full border-[1.5px] border-edge px-4 font-semibold hover:bg-sunk"
              >
                {node.title} <span className="font-normal text-soft">{node.products}</span>
              </Link>
            </li>
          ))}
        </ul>
      )}
      <div className="mt-6 gap-x-10 lg:grid lg:grid-cols-[15rem_1fr] lg:grid-rows-[auto_1fr]">
        <div
          ref={bar}
          className="mb-5 flex scroll-mt-20 flex-wrap items-center justify-between gap-x-4 gap-y-3 lg:col-start-2"
        >
          <p role="status" className="w-full text-soft sm:mr-auto sm:w-auto">
            {found ?? "Looking …"}
          </p>
          <button
            type="button"
            className="btn btn-quiet min-h-11 lg:hidden"
            aria-expanded={open}
            onClick={() => setOpen(!open)}
          >
            Filters{chosen(params).length > 0 && ` (${chosen(params).length})`}
          </button>
          <label className="flex items-center gap-2">
            <span className="sr-only text-soft sm:not-sr-only">Sort</span>
            <select
              className="field min-h-11 w-auto"
              value={params.get("sort") ?? ""}
              onChange={(event) => setParams(replaced(params, { sort: event.target.value }))}
            >
              {SORTS.map(([value, label]) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </select>
          </label>
        </div>
        <aside
          aria-label="Narrow the list"
          className={`${open ? "" : "hidden"} mb-8 lg:col-start-1 lg:row-span-2 lg:row-start-1 lg:mb-0 lg:block`}
        >
          <Facets facets={facets} currency={currency} tree={slug ? [] : (categories.data ?? [])} />
          <p className="sticky bottom-4 mt-6 lg:hidden">
            <button type="button" className="btn btn-main w-full shadow-xl" onClick={close}>
              {found ? `Show ${found}` : <Spinner label="Looking" />}
            </button>
          </p>
        </aside>
        <div className="lg:col-start-2">
          <div className="mb-5 empty:hidden">
            <Chips facets={facets} currency={currency} />
          </div>
          {query.isPending ? (
            <Loading label="Loading the products">
              <CardShapes />
            </Loading>
          ) : query.isError && !products.length ? (
            <Failure error={query.error} retry={() => void query.refetch()} title="The list can't be shown" />
          ) : !products.length ? (
            <Empty title={<h2 className="text-2xl">Nothing fits</h2>}>
              <p>{words ? `Nothing here is called “${words}”.` : "There is nothing here at the moment."}</p>
              {chosen(params).length > 0 ? (
                <button type="button" className="btn btn-main" onClick={() => setParams(cleared(params))}>
                  Take the filters away
                </button>
              ) : (
                <Link to="/products" className="btn btn-main">
                  See everything
                </Link>
              )}
            </Empty>
          ) : (
            <div className={query.isPlaceholderData ? "opacity-60 transition-opacity" : ""}>
              <Cards ref={list} products={products} />
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
            </div>
          )}
        </div>
      </div>
    </>
  );
}
