import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { useLocation, useNavigate, useSearchParams } from "react-router";
import { api, ask } from "../api/client";
import type { Suggestion } from "../api/schema";
import { Picture, Price } from "../ui/parts";

const PAUSE_MS = 150;

function addressOf(suggestion: Suggestion): string {
  if (suggestion.kind === "product") return `/products/${suggestion.slug}`;
  if (suggestion.kind === "category") return `/categories/${suggestion.slug}`;
  if (suggestion.kind === "brand") return `/products?brand=${encodeURIComponent(suggestion.text)}`;
  return `/search?q=${encodeURIComponent(suggestion.text)}`;
}

/** The field in the header, with suggestions as one types (the combobox of ARIA's authoring practices). */
export function SearchBox() {
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const [params] = useSearchParams();
  const list = useId();
  const box = useRef<HTMLFormElement>(null);
  const [text, setText] = useState("");
  const [settled, setSettled] = useState("");
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(-1);

  useEffect(() => {
    setText(pathname === "/search" ? (params.get("q") ?? "") : "");
    setOpen(false);
  }, [pathname, params]);
  useEffect(() => {
    const pause = setTimeout(() => setSettled(text.trim()), PAUSE_MS);
    return () => clearTimeout(pause);
  }, [text]);
  useEffect(() => {
    const away = (event: Event) => {
      if (!box.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener("pointerdown", away);
    return () => document.removeEventListener("pointerdown", away);
  }, []);

  const { data } = useQuery({
    queryKey: ["suggestions", settled],
    queryFn: ({ signal }) => ask(api.GET("/products/suggestions", { params: { query: { q: settled } }, signal })),
    enabled: open && settled.length > 0,
    placeholderData: (before) => before, // no flicker between two letters
  });
  const items = open && text.trim() ? (data?.items ?? []) : [];

  function go(address: string) {
    setOpen(false);
    setAt(-1);
    box.current?.querySelector("input")?.blur();
    void navigate(address);
  }

  function onKey(event: KeyboardEvent) {
    if (event.key === "Escape") {
      setOpen(false);
      setAt(-1);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      setOpen(true);
      if (!items.length) return;
      const step = event.key === "ArrowDown" ? 1 : -1;
      setAt((at + step + items.length + 1) % (items.length + 1));
    }
  }

  const active = at >= 0 && at < items.length ? at : -1;
  return (
    <form
      ref={box}
      role="search"
      className="relative grow sm:max-w-80"
      onSubmit={(event) => {
        event.preventDefault();
        const chosen = items[active];
        if (chosen) go(addressOf(chosen));
        else if (text.trim()) go(`/search?q=${encodeURIComponent(text.trim())}`);
      }}
    >
      <input
        type="search"
        className="field min-h-11 rounded-full px-4"
        placeholder="Search"
        role="combobox"
        aria-label="Search the shop"
        aria-expanded={items.length > 0}
        aria-controls={list}
        aria-autocomplete="list"
        aria-activedescendant={active >= 0 ? `${list}-${active}` : undefined}
        autoComplete="off"
        maxLength={120}
        value={text}
        onFocus={() => setOpen(true)}
        onKeyDown={onKey}
        onChange={(event) => {
          setText(event.target.value);
          setOpen(true);
          setAt(-1);
        }}
      />
      <ul
        id={list}
        role="listbox"
        aria-label="Suggestions"
        hidden={!items.length}
        className="sheet absolute inset-x-0 top-13 z-30 max-h-[70dvh] min-w-64 overflow-y-auto p-2 shadow-xl"
      >
        {items.map((item, index) => (
          <li
            key={`${item.kind}-${item.slug ?? item.text}`}
            id={`${list}-${index}`}
            role="option"
            aria-selected={index === active}
            className="flex min-h-11 cursor-pointer items-center gap-3 rounded-xl px-3 py-1.5 hover:bg-sunk aria-selected:bg-sunk"
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => go(addressOf(item))}
          >
            {item.kind === "product" && <Picture src={item.image?.url} alt="" className="size-10 rounded-lg" />}
            <span className="grow font-medium">{item.text}</span>
            {item.kind === "product" && item.price && <Price money={item.price} className="text-sm text-soft" />}
            {(item.kind === "category" || item.kind === "brand") && (
              <span className="text-sm text-soft">{item.kind}</span>
            )}
          </li>
        ))}
      </ul>
    </form>
  );
}
