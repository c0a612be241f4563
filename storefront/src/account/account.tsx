import { Suspense, useEffect, useRef } from "react";
import { Link, NavLink, Route, Routes, useLocation } from "react-router";
import { useAuth } from "../auth/auth";
import { WaysIn } from "../auth/ways-in";
import NotFound from "../pages/not-found";
import { Empty, Loading, Notice, PageTitle, Skeleton } from "../ui/parts";
import { formatDay } from "../lib/time";
import { useProfile } from "./me";
import { SECTIONS } from "./sections";

const Shape = () => (
  <Loading label="Loading your account">
    <Skeleton className="h-12 w-56" />
    <Skeleton className="mt-6 h-64 w-full" />
  </Loading>
);

function Stranger({ broken }: { broken: boolean }) {
  return (
    <Empty title={<PageTitle title="Your account">Who are you?</PageTitle>}>
      {broken ? (
        <p>Signing in doesn’t work for the moment. The shop sells to guests meanwhile.</p>
      ) : (
        <>
          <p>Sign in to see your account.</p>
          <WaysIn />
        </>
      )}
    </Empty>
  );
}

/** Whoever is leaving is reminded of it on every page of theirs but the one that says so itself. */
function Leaving() {
  const { data } = useProfile();
  const { pathname } = useLocation();
  if (!data?.erase_at || pathname === "/account/privacy") return null;
  return (
    <div className="mb-6">
      <Notice tone="warn" title={`Your account will be deleted after ${formatDay(data.erase_at)}`}>
        <p>
          Until then everything works as before.{" "}
          <Link to="/account/privacy" className="link font-semibold">
            Keep it after all
          </Link>
        </p>
      </Notice>
    </div>
  );
}

const ITEM =
  "block min-h-11 content-center whitespace-nowrap rounded-full border-[1.5px] border-edge px-4 font-semibold hover:bg-sunk lg:rounded-xl lg:border-transparent " +
  "aria-[current=page]:border-ink aria-[current=page]:bg-ink aria-[current=page]:text-paper";

/** What belongs to one person: a menu, and beside it one part of it. */
export default function Account() {
  const state = useAuth();
  const menu = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  useEffect(() => {
    // On a phone the menu is wider than the screen.
    menu.current?.querySelector("[aria-current=page]")?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [pathname, state.status]);
  if (state.status === "loading") return <Shape />;
  if (state.status !== "person") return <Stranger broken={state.status === "failed"} />;
  return (
    <div className="gap-x-12 lg:grid lg:grid-cols-[12rem_1fr]">
      <nav
        ref={menu}
        aria-label="Your account"
        className="-mx-4 mb-6 overflow-x-auto px-4 py-1 [scrollbar-width:none] sm:-mx-6 sm:px-6 lg:sticky lg:top-24 lg:m-0 lg:self-start lg:overflow-visible lg:p-0"
      >
        <ul className="flex gap-2 lg:flex-col lg:gap-1">
          {SECTIONS.map(({ path, title }) => (
            <li key={path}>
              <NavLink to={path ? `/account/${path}` : "/account"} end className={ITEM}>
                {title}
              </NavLink>
            </li>
          ))}
          <li>
            <Link to="/orders" className={ITEM}>
              Orders
            </Link>
          </li>
        </ul>
      </nav>
      <div key={state.person.id} className="min-w-0 max-w-3xl">
        <Leaving />
        <Suspense fallback={<Shape />}>
          <Routes>
            {SECTIONS.map(({ path, page: Page }) => (
              <Route key={path} index={path === ""} {...(path ? { path } : {})} element={<Page />} />
            ))}
            <Route path="*" element={<NotFound />} />
          </Routes>
        </Suspense>
      </div>
    </div>
  );
}
