import { useSearchParams } from "react-router";
import type { OrderStatus } from "../api/schema";
import { PERIODS } from "../lib/history";

/** The list of one's orders, narrowed by what the address says. */
export function OrderFilters({ words }: { words: Record<OrderStatus, { text: string }> }) {
  const [params, setParams] = useSearchParams();
  function set(name: string, value: string) {
    const next = new URLSearchParams(params);
    if (value) next.set(name, value);
    else next.delete(name);
    setParams(next, { replace: true, preventScrollReset: true });
  }
  return (
    <form
      role="search"
      aria-label="Your orders"
      className="mb-6 flex flex-wrap gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        set("q", String(new FormData(event.currentTarget).get("q")).trim());
      }}
    >
      <label className="grow sm:grow-0">
        <span className="sr-only">State</span>
        <select
          className="field min-h-11"
          value={params.get("status") ?? ""}
          onChange={(event) => set("status", event.target.value)}
        >
          <option value="">Any state</option>
          {Object.entries(words).map(([status, { text }]) => (
            <option key={status} value={status}>
              {text}
            </option>
          ))}
        </select>
      </label>
      <label className="grow sm:grow-0">
        <span className="sr-only">When</span>
        <select
          className="field min-h-11"
          value={params.get("days") ?? ""}
          onChange={(event) => set("days", event.target.value)}
        >
          <option value="">Any time</option>
          {PERIODS.map(([days, text]) => (
            <option key={days} value={days}>
              {text}
            </option>
          ))}
        </select>
      </label>
      <div className="flex grow gap-2 sm:max-w-xs">
        <label className="grow">
          <span className="sr-only">Number</span>
          <input
            key={params.get("q")}
            name="q"
            className="field min-h-11"
            placeholder="Number, or how it begins"
            maxLength={40}
            autoComplete="off"
            defaultValue={params.get("q") ?? ""}
          />
        </label>
        <button type="submit" className="btn btn-quiet min-h-11">
          Find
        </button>
      </div>
    </form>
  );
}
