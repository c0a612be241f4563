import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, ask, queries } from "../api/client";
import type { ConsentKind, ConsentsView, ConsentView } from "../api/schema";
import { formatMoment } from "../lib/time";
import { Failure, Loading, Skeleton } from "../ui/parts";
import { mine, useMyId } from "./me";

/** The words that are said yes or no to. With other words comes another version: the proof names it. */
const TEXT_VERSION = "2026-11";
const WORDS: Record<ConsentKind, { title: string; text: string }> = {
  marketing: {
    title: "News by mail",
    text: "Write to me now and then about new wares and offers. Mails about my orders come either way.",
  },
  analytics: {
    title: "Cookies for statistics",
    text: "The shop may count how its pages are used, with a cookie. It sets none today; should it ever, this is what counts.",
  },
  recently_viewed: {
    title: "What I looked at",
    text: "Keep the last twenty things that I looked at, to show them to me alone. A no deletes the list.",
  },
};

export function Consents() {
  const who = useMyId();
  const query = useQuery({ queryKey: mine(who, "consents"), queryFn: () => ask(api.GET("/me/consents")) });
  return (
    <section aria-labelledby="consents" className="sheet p-6">
      <h2 id="consents" className="text-xl">
        What you allow
      </h2>
      {query.data ? (
        <>
          <ul className="mt-2 divide-y divide-line">
            {query.data.items.map((consent) => (
              <Choice key={consent.kind} consent={consent} />
            ))}
          </ul>
          <History said={query.data.history} />
        </>
      ) : query.isError ? (
        <div className="mt-4">
          <Failure error={query.error} retry={() => void query.refetch()} />
        </div>
      ) : (
        <Loading label="Loading what you allow">
          <Skeleton className="mt-4 h-40 w-full" />
        </Loading>
      )}
    </section>
  );
}

function Choice({ consent }: { consent: ConsentView }) {
  const who = useMyId();
  const { kind, given, at } = consent;
  const { title, text } = WORDS[kind];
  const [pressed, setPressed] = useState<boolean | null>(null);
  const say = useMutation({
    scope: { id: "consents" }, // One after the other, so that the last answer is the newest.
    mutationFn: (yes: boolean) =>
      ask(api.PUT("/me/consents", { body: { kind, given: yes, text_version: TEXT_VERSION, source: "privacy_page" } })),
    onSuccess: (now) => {
      queries.setQueryData<ConsentsView>(mine(who, "consents"), now);
      if (kind === "recently_viewed") void queries.invalidateQueries({ queryKey: mine(who, "viewed") });
    },
    onSettled: () => setPressed(null),
  });
  return (
    <li className="flex items-start gap-4 py-4">
      <input
        id={`consent-${kind}`}
        type="checkbox"
        role="switch"
        className="switch mt-0.5"
        checked={pressed ?? given}
        aria-describedby={`consent-${kind}-text`}
        onChange={(event) => {
          setPressed(event.target.checked);
          say.mutate(event.target.checked);
        }}
      />
      <div className="min-w-0">
        <label htmlFor={`consent-${kind}`} className="font-semibold">
          {title}
        </label>
        <div id={`consent-${kind}-text`}>
          <p className="max-w-prose text-soft">{text}</p>
          <p className="text-sm text-soft">
            {at ? `You said ${given ? "yes" : "no"} on ${formatMoment(at)}.` : "You haven’t said anything yet."}
          </p>
        </div>
        <p role="status" className="sr-only">
          {say.isSuccess && "Noted."}
        </p>
        {say.isError && (
          <div className="mt-2">
            <Failure error={say.error} />
          </div>
        )}
      </div>
    </li>
  );
}

function History({ said }: { said: readonly ConsentView[] }) {
  if (said.length < 2) return null;
  return (
    <details className="mt-2 text-sm">
      <summary className="w-fit py-1 text-soft underline decoration-dotted underline-offset-4">
        What you said before
      </summary>
      <ol className="mt-2 space-y-1 border-l-2 border-line pl-3 text-soft">
        {said.map(({ kind, given, at, text_version }, index) => (
          <li key={index}>
            {at && formatMoment(at)}: {given ? "yes" : "no"} to “{WORDS[kind].title}” (words of {text_version})
          </li>
        ))}
      </ol>
    </details>
  );
}
