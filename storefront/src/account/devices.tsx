import { useMutation, useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { api, ask, done, queries } from "../api/client";
import { isProblem } from "../api/problem";
import type { SessionView } from "../api/schema";
import { leave } from "../auth/leave";
import { countryName } from "../lib/countries";
import { formatMoment } from "../lib/time";
import { Spinner } from "../ui/marks";
import { Failure, Loading, PageTitle, Skeleton } from "../ui/parts";
import { mine, useMyId } from "./me";

const MOST = 100;

export default function Devices() {
  const who = useMyId();
  const query = useQuery({
    queryKey: mine(who, "devices"),
    staleTime: 0,
    queryFn: async () => (await ask(api.GET("/auth/sessions", { params: { query: { limit: MOST } } }))).items,
  });
  const top = useRef<HTMLDivElement>(null);
  const [said, setSaid] = useState("");
  const sessions = query.data;
  const onGone = (what: string) => {
    setSaid(`Signed out: ${what}. It may take a minute until it notices.`);
    top.current?.focus();
  };
  return (
    <>
      <PageTitle title="Devices" />
      <p className="mt-2 max-w-prose text-soft">
        Where you are signed in. Is there one that you don’t know, sign it out, and change your password where you sign
        in.
      </p>
      <div ref={top} tabIndex={-1} className="mt-6 focus:outline-none">
        <p role="status" className="mb-4 font-medium text-good empty:hidden">
          {said}
        </p>
        {sessions ? (
          <ul className="divide-y divide-line border-y border-line" aria-label="Where you are signed in">
            {sessions.map((session) => (
              <Row key={session.id} session={session} onGone={onGone} />
            ))}
          </ul>
        ) : query.isError ? (
          <Failure error={query.error} retry={() => void query.refetch()} title="We can't show your devices" />
        ) : (
          <Loading label="Loading your devices">
            <Skeleton className="h-24 w-full" />
            <Skeleton className="mt-4 h-24 w-full" />
          </Loading>
        )}
      </div>
    </>
  );
}

/** "Chrome on Linux", as far as it is known. */
function nameOf({ browser, device, mobile }: SessionView): string {
  const kind = device || (mobile ? "a phone" : "");
  if (browser && kind) return `${browser} on ${kind}`;
  return browser || kind || "A browser";
}

function Row({ session, onGone }: { session: SessionView; onGone: (what: string) => void }) {
  const who = useMyId();
  const name = nameOf(session);
  const place = [session.city, session.country && countryName(session.country)].filter(Boolean).join(", ");
  const out = useMutation({
    mutationFn: async () => {
      if (session.current) {
        await leave();
        return;
      }
      try {
        await done(api.DELETE("/auth/sessions/{session_id}", { params: { path: { session_id: session.id } } }));
      } catch (error) {
        if (!isProblem(error, "not_found")) throw error; // It is over already.
      }
    },
    onSuccess: () => {
      if (session.current) return;
      onGone(name);
      void queries.invalidateQueries({ queryKey: mine(who, "devices") });
    },
  });
  return (
    <li className="py-4">
      <div className="flex flex-wrap items-center gap-x-6 gap-y-2">
        <div className="min-w-0 grow">
          <p className="break-words text-lg font-semibold">
            {name}
            {session.current && (
              <span className="ml-3 inline-block rounded-full bg-good-ground px-3 text-sm font-semibold text-good">
                This one
              </span>
            )}
          </p>
          {session.impersonated && (
            <p className="font-medium text-bad">Someone of the shop’s support, who looks at your account with you.</p>
          )}
          <p className="text-soft">
            {[place, session.address].filter(Boolean).map((part) => (
              <span key={part}>{part} · </span>
            ))}
            active {formatMoment(session.last_active_at)}
          </p>
          <p className="text-sm text-soft">Signed in {formatMoment(session.signed_in_at)}</p>
        </div>
        <button
          type="button"
          className="btn btn-quiet min-h-11 shrink-0"
          disabled={out.isPending}
          onClick={() => out.mutate()}
        >
          {out.isPending ? <Spinner label="Signing out" /> : "Sign out"}
          <span className="sr-only"> {session.current ? "here" : name}</span>
        </button>
      </div>
      {out.isError && (
        <div className="mt-3">
          <Failure error={out.error} />
        </div>
      )}
    </li>
  );
}
