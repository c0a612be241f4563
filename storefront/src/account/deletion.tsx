import { useMutation } from "@tanstack/react-query";
import { useId, useRef, useState } from "react";
import { Link } from "react-router";
import { api, ask } from "../api/client";
import type { ProfileView } from "../api/schema";
import { formatDay } from "../lib/time";
import { Spinner } from "../ui/marks";
import { Failure, Field, Loading, Notice, Skeleton } from "../ui/parts";
import { showProfile, useMyId, useProfile } from "./me";

const WORD = "DELETE";

/** The end of an account: wished for, taken back while there is time. */
export function Deletion() {
  const query = useProfile();
  return (
    <section aria-labelledby="deletion" className="sheet p-6">
      <h2 id="deletion" className="text-xl">
        Leave for good
      </h2>
      {query.data ? (
        query.data.erase_at ? (
          <TakeBack until={query.data.erase_at} />
        ) : (
          <Leave />
        )
      ) : query.isError ? (
        <div className="mt-4">
          <Failure error={query.error} retry={() => void query.refetch()} />
        </div>
      ) : (
        <Loading label="Loading">
          <Skeleton className="mt-4 h-24 w-full" />
        </Loading>
      )}
    </section>
  );
}

function TakeBack({ until }: { until: string }) {
  const who = useMyId();
  const back = useMutation({
    mutationFn: () => ask(api.POST("/me/restore")),
    onSuccess: (profile) => showProfile(who, profile),
  });
  return (
    <div className="mt-4 space-y-4">
      <Notice tone="warn" title={`Your account will be deleted after ${formatDay(until)}.`}>
        <p>Until then you can use it as before, and think better of it.</p>
      </Notice>
      {back.isError && <Failure error={back.error} />}
      <button type="button" className="btn btn-main" disabled={back.isPending} onClick={() => back.mutate()}>
        {back.isPending ? <Spinner label="Keeping it" /> : "Keep my account"}
      </button>
    </div>
  );
}

function Leave() {
  const who = useMyId();
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  const [typed, setTyped] = useState("");
  const [fault, setFault] = useState("");
  const go = useMutation({
    mutationFn: () => ask(api.DELETE("/me")),
    onSuccess: (profile: ProfileView) => {
      dialog.current?.close();
      showProfile(who, profile);
    },
  });
  return (
    <>
      <div className="mt-2 max-w-prose space-y-2 text-soft">
        <p>
          We delete your profile, addresses, wishes, carts, consents and your sign-in, and take your name and address
          out of your orders and reviews. What tax law wants us to keep stays without them: what was ordered, when, and
          for how much; invoices as they are.
        </p>
        <p>You have some days to think better of it. An order that is on its way arrives first.</p>
      </div>
      <button
        type="button"
        className="btn btn-bad mt-4"
        onClick={() => {
          setTyped("");
          setFault("");
          go.reset();
          dialog.current?.showModal();
        }}
      >
        Delete my account
      </button>
      <dialog
        ref={dialog}
        aria-labelledby={id}
        className="w-[min(30rem,calc(100vw-2rem))] rounded-3xl bg-card p-6 text-ink"
      >
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            if (typed.trim().toUpperCase() === WORD) go.mutate();
            else setFault(`Type ${WORD} if you mean it.`);
          }}
        >
          <h2 id={id} className="text-2xl">
            Delete your account?
          </h2>
          <p className="mb-4 mt-2 text-soft">
            You may want{" "}
            <Link to="/orders" className="link">
              your orders
            </Link>{" "}
            or a copy of your data first: afterwards nobody can give them to you.
          </p>
          <Field
            label={`Type ${WORD}`}
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            value={typed}
            error={fault}
            onChange={(event) => {
              setTyped(event.target.value);
              setFault("");
            }}
          />
          {go.isError && (
            <div className="mt-4">
              <Failure error={go.error} />
            </div>
          )}
          <div className="mt-5 flex flex-wrap justify-end gap-3">
            <button type="button" className="btn btn-quiet" onClick={() => dialog.current?.close()}>
              Stay
            </button>
            <button type="submit" className="btn btn-bad" disabled={go.isPending}>
              {go.isPending ? <Spinner label="Deleting" /> : "Delete it"}
            </button>
          </div>
        </form>
      </dialog>
    </>
  );
}
