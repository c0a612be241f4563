import { useMutation, useQuery } from "@tanstack/react-query";
import { api, ask, queries } from "../api/client";
import { isProblem } from "../api/problem";
import type { PersonalExportView } from "../api/schema";
import { once } from "../lib/idempotency";
import { formatBytes } from "../lib/bytes";
import { formatDay, formatMoment } from "../lib/time";
import { Spinner } from "../ui/marks";
import { Failure, Loading, Skeleton } from "../ui/parts";
import { mine, useMyId } from "./me";

const LOOK_AGAIN_MS = 2_500;
const SAME_MS = 3_600_000; // Whoever asks within the hour is given what there is: it is no use to ask.

async function latest(): Promise<PersonalExportView | null> {
  try {
    return await ask(api.GET("/me/export"));
  } catch (error) {
    if (isProblem(error, "not_found")) return null;
    throw error;
  }
}

/** A copy of everything: asked for, gathered, fetched. */
export function Export() {
  const who = useMyId();
  const key = mine(who, "export");
  const query = useQuery({
    queryKey: key,
    queryFn: latest,
    staleTime: 0,
    refetchInterval: ({ state }) => state.data?.status === "gathering" && LOOK_AGAIN_MS,
  });
  const order = useMutation({
    mutationFn: () =>
      once(`export.${who}`, (given) =>
        ask(api.POST("/me/export", { params: { header: { "idempotency-key": given } } })),
      ),
    onSuccess: (asked) => queries.setQueryData(key, asked),
  });
  const fetchIt = useMutation({
    // The link is good for five minutes only: it is made when it is pressed.
    mutationFn: latest,
    onSuccess: (now) => {
      queries.setQueryData(key, now);
      if (now?.url) window.location.assign(now.url);
    },
  });
  const known = query.data;
  const gathering = known?.status === "gathering";
  const fresh = known?.status === "ready" && Date.parse(known.asked_at) > Date.now() - SAME_MS;
  return (
    <section aria-labelledby="export" className="sheet p-6">
      <h2 id="export" className="text-xl">
        A copy of your data
      </h2>
      <p className="mt-2 max-w-prose text-soft">
        Everything that the shop keeps about you, gathered from all its parts: for reading as tables (CSV), for machines
        as JSON, in one archive.
      </p>
      {query.isPending ? (
        <Loading label="Looking for an archive">
          <Skeleton className="mt-4 h-12 w-48" />
        </Loading>
      ) : (
        <div className="mt-4 space-y-4">
          <p role="status" className="empty:hidden">
            {gathering && (
              <Spinner
                label={`Being gathered since ${formatMoment(known.asked_at)}. We write to you when it is there.`}
              />
            )}
            {known?.status === "ready" &&
              `There since ${formatMoment(known.ready_at ?? known.asked_at)}: ${formatBytes(known.size)}. It is deleted after ${formatDay(known.until)}.`}
            {known?.status === "failed" && "The last try failed, which was our fault. Please ask for it again."}
          </p>
          {(query.isError || order.isError || fetchIt.isError) && (
            <Failure
              error={fetchIt.error ?? order.error ?? query.error}
              {...(query.isError ? { retry: () => void query.refetch() } : {})}
            />
          )}
          <p className="flex flex-wrap gap-3">
            {known?.status === "ready" && (
              <button
                type="button"
                className="btn btn-main"
                disabled={fetchIt.isPending}
                onClick={() => fetchIt.mutate()}
              >
                {fetchIt.isPending ? <Spinner label="Opening" /> : "Download it"}
              </button>
            )}
            {!gathering && !fresh && (
              <button
                type="button"
                className={`btn ${known?.status === "ready" ? "btn-quiet" : "btn-main"}`}
                disabled={order.isPending}
                onClick={() => order.mutate()}
              >
                {order.isPending ? (
                  <Spinner label="Asking" />
                ) : known?.status === "ready" ? (
                  "Ask for a new one"
                ) : (
                  "Ask for my data"
                )}
              </button>
            )}
          </p>
        </div>
      )}
    </section>
  );
}
