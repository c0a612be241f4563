import { type ReactNode, Suspense, useEffect, useId, useRef, useState } from "react";
import { Link, NavLink, useLocation, useNavigationType } from "react-router";
import { auth, useAuth } from "../auth/auth";
import { leave } from "../auth/leave";
import { usePieces } from "../cart/cart";
import { SearchBox } from "../catalogue/search-box";
import { Basket, Star } from "./marks";
import { Loading, Skeleton } from "./parts";

function Account() {
  const state = useAuth();
  const [open, setOpen] = useState(false);
  const menu = useId();
  const box = useRef<HTMLDivElement>(null);
  const { pathname } = useLocation();
  useEffect(() => setOpen(false), [pathname]);
  useEffect(() => {
    if (!open) return;
    const close = (event: Event) => {
      const away =
        event instanceof KeyboardEvent ? event.key === "Escape" : !box.current?.contains(event.target as Node);
      if (!away) return;
      setOpen(false);
      if (event instanceof KeyboardEvent) box.current?.querySelector("button")?.focus();
    };
    document.addEventListener("keydown", close);
    document.addEventListener("pointerdown", close);
    return () => {
      document.removeEventListener("keydown", close);
      document.removeEventListener("pointerdown", close);
    };
  }, [open]);

  if (state.status === "loading") return <span className="skeleton h-9 w-16 rounded-full" aria-hidden="true" />;
  if (state.status === "failed") return null;
  if (state.status === "guest") {
    return (
      <button
        type="button"
        className="min-h-11 whitespace-nowrap rounded-full px-2 font-semibold hover:bg-sunk sm:px-3"
        onClick={() => auth.signIn()}
      >
        Sign in
      </button>
    );
  }
  const { name, email } = state.person;
  const initials = (name || email)
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
    .slice(0, 2)
    .map((word) => word.charAt(0).toUpperCase())
    .join("");
  const item = "block w-full rounded-xl px-4 py-2.5 text-left font-medium hover:bg-sunk";
  return (
    <div ref={box} className="relative">
      <button
        type="button"
        className="grid size-11 place-items-center rounded-full bg-saffron text-sm font-bold text-on-saffron"
        aria-expanded={open}
        aria-controls={menu}
        onClick={() => setOpen(!open)}
      >
        <span aria-hidden="true">{initials}</span>
        <span className="sr-only">Your account</span>
      </button>
      <div id={menu} hidden={!open} className="sheet absolute right-0 top-13 z-20 w-64 p-2 shadow-xl">
        <p className="truncate px-4 pb-2 pt-1 text-sm text-soft">
          {name && <span className="block truncate font-semibold text-ink">{name}</span>}
          {email}
        </p>
        {[
          ["/account", "Profile and addresses"],
          ["/account/wishlist", "Wishlist"],
          ["/orders", "Your orders"],
        ].map(([to, words]) => (
          <Link key={to} to={to!} className={item}>
            {words}
          </Link>
        ))}
        <button
          type="button"
          className={item}
          onClick={() => {
            setOpen(false);
            void leave();
          }}
        >
          Sign out
        </button>
      </div>
    </div>
  );
}

function CartLink() {
  const pieces = usePieces();
  return (
    <NavLink
      to="/cart"
      className="relative grid size-11 place-items-center rounded-full hover:bg-sunk aria-[current=page]:bg-sunk"
      aria-label={pieces ? `Cart, ${pieces} ${pieces === 1 ? "piece" : "pieces"}` : "Cart, empty"}
    >
      <Basket className="size-6" />
      {pieces > 0 && (
        <span
          key={pieces}
          className="absolute -right-0.5 -top-0.5 grid min-w-5.5 animate-[rise_160ms_ease-out] place-items-center rounded-full bg-madder px-1 text-xs font-bold leading-5.5 text-white tabular-nums"
        >
          {pieces}
        </span>
      )}
    </NavLink>
  );
}

/** New pages begin at their top; going back finds the place again by itself. */
function ScrollUp() {
  const { pathname } = useLocation();
  const kind = useNavigationType();
  const first = useRef(true);
  useEffect(() => {
    if (!first.current && kind !== "POP") window.scrollTo(0, 0);
    first.current = false;
  }, [pathname, kind]);
  return null;
}

export function Frame({ children }: { children: ReactNode }) {
  const nav =
    "min-h-11 content-center rounded-full px-3 font-semibold hover:bg-sunk aria-[current=page]:underline decoration-madder decoration-3 underline-offset-8";
  return (
    <div className="flex min-h-dvh flex-col">
      <ScrollUp />
      <a href="#main" className="btn btn-main absolute left-3 top-3 z-50 -translate-y-24 focus:translate-y-0">
        Skip to the content
      </a>
      <div className="awning-shade pointer-events-none relative z-20" aria-hidden="true">
        <div className="awning" />
      </div>
      <header className="sticky top-0 z-10 -mt-3 bg-paper/95 pt-3 backdrop-blur-sm">
        <div className="mx-auto flex max-w-6xl items-center gap-1 px-4 py-2 sm:px-6">
          <Link
            to="/"
            className="mr-auto flex shrink-0 items-center gap-2 rounded-full py-1 pr-1 sm:pr-3 text-2xl font-extrabold tracking-tight"
          >
            <Star className="size-8 text-madder" />
            <span className="max-sm:sr-only">Souk</span>
          </Link>
          <SearchBox />
          <nav aria-label="Main" className="hidden items-center gap-1 sm:flex">
            <NavLink to="/products" className={nav}>
              Shop
            </NavLink>
            <NavLink to="/orders" className={nav}>
              Orders
            </NavLink>
          </nav>
          <Account />
          <CartLink />
        </div>
      </header>
      <main
        id="main"
        tabIndex={-1}
        className="mx-auto w-full max-w-6xl grow px-4 pb-16 pt-4 focus:outline-none sm:px-6 sm:pt-6"
      >
        <Suspense
          fallback={
            <Loading label="Loading the page">
              <Skeleton className="h-10 w-64" />
              <Skeleton className="mt-6 h-72 w-full" />
            </Loading>
          }
        >
          {children}
        </Suspense>
      </main>
      <footer className="bg-sunk">
        <div className="tiles" aria-hidden="true" />
        <div className="mx-auto flex max-w-6xl flex-wrap items-center gap-x-6 gap-y-2 px-4 py-8 text-sm text-soft sm:px-6">
          <Star className="size-6 text-madder" />
          <p className="mr-auto">A small market of things made by hand.</p>
          <Link to="/" className="py-2 underline-offset-4 hover:underline">
            Shop
          </Link>
          <Link to="/orders" className="py-2 underline-offset-4 hover:underline">
            Your orders
          </Link>
          <a href="/api/docs" className="py-2 underline-offset-4 hover:underline">
            API
          </a>
        </div>
      </footer>
    </div>
  );
}
