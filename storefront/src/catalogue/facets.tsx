import { useEffect, useId, useState } from "react";
import { useSearchParams } from "react-router";
import type { CategoryNode, Facet } from "../api/schema";
import { decimal, exponent, formatMoney } from "../lib/money";
import { kinOf, walked } from "./categories";
import { chosen, cleared, minorUnits, replaced, toggled } from "./filters";

const SHOWN = 8;
// What the address calls what the list calls otherwise.
const PARAMETER: Record<string, string> = { rating: "min_rating" };

/** What a value is called. */
function called(name: string, value: string, title = value): string {
  if (name === "in_stock") return value === "true" ? "In stock only" : "Sold out";
  if (name === "min_rating") return `${value} stars and more`;
  return title;
}

function Values({ facet }: { facet: Facet }) {
  const [params, setParams] = useSearchParams();
  const [all, setAll] = useState(false);
  const name = PARAMETER[facet.name] ?? facet.name;
  const shown = all ? facet.values : facet.values.filter((value, at) => at < SHOWN || value.selected);
  return (
    <fieldset>
      <legend className="font-semibold">{facet.title}</legend>
      <ul className="mt-1">
        {shown.map((value) => (
          <li key={value.value}>
            <label className="flex min-h-9 cursor-pointer items-center gap-3 rounded-lg px-1 hover:bg-sunk">
              <input
                type="checkbox"
                className="size-4 shrink-0 accent-(--madder)"
                checked={params.getAll(name).includes(value.value)}
                onChange={() => setParams(toggled(params, name, value.value), { preventScrollReset: true })}
              />
              <span className="grow">{called(name, value.value, value.title)}</span>
              <span className="text-sm tabular-nums text-soft">{value.count}</span>
            </label>
          </li>
        ))}
      </ul>
      {facet.values.length > shown.length && (
        <button type="button" className="link mt-1 text-sm" onClick={() => setAll(true)}>
          {facet.values.length - shown.length} more
        </button>
      )}
    </fieldset>
  );
}

/** Categories as the tree that they are; a narrower one takes the place of the wider one. */
function Categories({ facet, tree }: { facet: Facet; tree: CategoryNode[] }) {
  const [params, setParams] = useSearchParams();
  const known = new Map(facet.values.map((value) => [value.value, value]));
  return (
    <fieldset>
      <legend className="font-semibold">{facet.title}</legend>
      <ul className="mt-1">
        {walked(tree).map(({ node, depth }) => {
          const value = known.get(node.slug);
          if (!value) return null;
          return (
            <li key={node.id} style={{ marginLeft: `${depth}rem` }}>
              <label className="flex min-h-9 cursor-pointer items-center gap-3 rounded-lg px-1 hover:bg-sunk">
                <input
                  type="checkbox"
                  className="size-4 shrink-0 accent-(--madder)"
                  checked={params.getAll("category").includes(node.slug)}
                  onChange={() =>
                    setParams(toggled(params, "category", node.slug, kinOf(node.slug, tree)), {
                      preventScrollReset: true,
                    })
                  }
                />
                <span className="grow">{value.title}</span>
                <span className="text-sm tabular-nums text-soft">{value.count}</span>
              </label>
            </li>
          );
        })}
      </ul>
    </fieldset>
  );
}

function PriceRange({ facet, currency }: { facet: Facet; currency: string }) {
  const [params, setParams] = useSearchParams();
  const id = useId();
  const places = exponent(currency);
  const inAddress = (name: string) => {
    const amount = params.get(name);
    return amount && /^\d+$/.test(amount) ? decimal(Number(amount), currency) : "";
  };
  const [least, setLeast] = useState<string>(inAddress("min_price"));
  const [most, setMost] = useState<string>(inAddress("max_price"));
  const address = params.toString();
  useEffect(() => {
    setLeast(inAddress("min_price"));
    setMost(inAddress("max_price"));
    // eslint-disable-next-line
  }, [address, currency]);
  const [from, to] = [minorUnits(least, places), minorUnits(most, places)];
  const wrong = (least && from === null) || (most && to === null) || (from !== null && to !== null && from > to);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (wrong) return;
        const values = { min_price: from === null ? "" : String(from), max_price: to === null ? "" : String(to) };
        setParams(replaced(params, values), { preventScrollReset: true });
      }}
    >
      <fieldset>
        <legend className="font-semibold">{facet.title}</legend>
        <div className="mt-2 flex items-center gap-2">
          <input
            className="field min-w-0 px-3"
            inputMode="decimal"
            aria-label="Lowest price"
            aria-invalid={wrong ? true : undefined}
            aria-describedby={wrong ? id : undefined}
            placeholder={decimal(facet.min ?? 0, currency)}
            value={least}
            onChange={(event) => setLeast(event.target.value)}
          />
          <span aria-hidden="true">–</span>
          <input
            className="field min-w-0 px-3"
            inputMode="decimal"
            aria-label="Highest price"
            aria-invalid={wrong ? true : undefined}
            aria-describedby={wrong ? id : undefined}
            placeholder={decimal(facet.max ?? 0, currency)}
            value={most}
            onChange={(event) => setMost(event.target.value)}
          />
          <button type="submit" className="btn btn-quiet min-h-11 px-4">
            Go
          </button>
        </div>
        {wrong && (
          <p id={id} className="mt-1 text-sm font-medium text-bad">
            Give amounts, the lower one first.
          </p>
        )}
      </fieldset>
    </form>
  );
}

/** Everything that a list can be narrowed by. `tree` is empty on the page of a category, which has links instead. */
export function Facets({ facets, currency, tree }: { facets: Facet[]; currency: string; tree: CategoryNode[] }) {
  return (
    <div className="space-y-6">
      {facets.map((facet) =>
        facet.name === "price" ? (
          <PriceRange key="price" facet={facet} currency={currency} />
        ) : facet.name === "category" ? (
          tree.length > 0 && <Categories key="category" facet={facet} tree={tree} />
        ) : facet.values.length ? (
          <Values key={facet.name} facet={facet} />
        ) : null,
      )}
    </div>
  );
}

/** What narrows the list, each with a way to let go of it. */
export function Chips({ facets, currency }: { facets: Facet[]; currency: string }) {
  const [params, setParams] = useSearchParams();
  const held = chosen(params);
  if (!held.length) return null;
  function label(name: string, value: string): string {
    if (name === "min_price") return `from ${formatMoney({ amount: Number(value), currency })}`;
    if (name === "max_price") return `up to ${formatMoney({ amount: Number(value), currency })}`;
    const facet = facets.find((one) => one.name === name);
    return called(name, value, facet?.values.find((one) => one.value === value)?.title);
  }
  return (
    <ul className="flex flex-wrap gap-2" aria-label="Filters">
      {held.map(({ name, value }) => (
        <li key={`${name}=${value}`}>
          <button
            type="button"
            className="flex min-h-9 items-center gap-2 rounded-full bg-sunk px-3 text-sm font-medium hover:line-through"
            onClick={() => setParams(toggled(params, name, value), { preventScrollReset: true })}
          >
            {label(name, value)}
            <span aria-hidden="true">×</span>
            <span className="sr-only"> (take away)</span>
          </button>
        </li>
      ))}
      <li>
        <button type="button" className="link min-h-9 text-sm" onClick={() => setParams(cleared(params))}>
          Take all away
        </button>
      </li>
    </ul>
  );
}
