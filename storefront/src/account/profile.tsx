import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { api, ask, queries } from "../api/client";
import { isProblem } from "../api/problem";
import type { ProfilePatch, ProfileView } from "../api/schema";
import {
  changed,
  currencyChoices,
  localeChoices,
  type Preferences,
  preferencesOf,
  rebased,
  zoneChoices,
} from "../lib/profile";
import { Failure, Field, Loading, PageTitle, Skeleton } from "../ui/parts";
import { Select } from "../ui/select";
import { ifMatch, mine, showProfile, useMyId, useProfile } from "./me";
import { atFields, faultsOf, Save, useFaults } from "./parts";

const FIELDS = ["name", "locale", "currency", "time_zone"] as const;

export default function ProfilePage() {
  const query = useProfile();
  return (
    <>
      <PageTitle title="Profile" />
      <div className="mt-6">
        {query.data ? (
          <div className="space-y-8">
            <Proved profile={query.data} />
            <Own profile={query.data} />
          </div>
        ) : query.isError ? (
          <Failure error={query.error} retry={() => void query.refetch()} title="We can't show your profile" />
        ) : (
          <Loading label="Loading your profile">
            <Skeleton className="h-32 w-full" />
            <Skeleton className="mt-8 h-72 w-full" />
          </Loading>
        )}
      </div>
    </>
  );
}

/** What the sign-in service has made sure of, and alone may change. */
function Proved({ profile }: { profile: ProfileView }) {
  const rows = [
    { name: "Email", value: profile.email, verified: profile.email_verified },
    { name: "Phone", value: profile.phone, verified: profile.phone_verified },
  ];
  return (
    <section aria-labelledby="proved" className="sheet p-6">
      <h2 id="proved" className="text-xl">
        How we know you
      </h2>
      <dl className="mt-4 grid grid-cols-[auto_1fr] items-baseline gap-x-6 gap-y-2">
        {rows.map(({ name, value, verified }) => (
          <div key={name} className="contents">
            <dt className="text-soft">{name}</dt>
            <dd className="min-w-0 break-words">
              {value || <span className="text-soft">none</span>}
              {value && (
                <span
                  className={`ml-2 inline-block rounded-full px-2.5 text-sm font-semibold ${verified ? "bg-good-ground text-good" : "bg-warn-ground text-ink"}`}
                >
                  {verified ? "Verified" : "Not verified"}
                </span>
              )}
            </dd>
          </div>
        ))}
      </dl>
      <p className="mt-4 text-sm text-soft">
        They are changed where you sign in, and follow here within a minute or so.
      </p>
    </section>
  );
}

/** What people say of themselves. */
function Own({ profile }: { profile: ProfileView }) {
  const who = useMyId();
  const page = useRef<HTMLFormElement>(null);
  const [base, setBase] = useState(profile);
  const [form, setForm] = useState(() => preferencesOf(profile));
  const { faults, refuse, forget, clear } = useFaults(page);
  const save = useMutation({
    mutationFn: (patch: ProfilePatch) =>
      ask(api.PATCH("/me", { params: { header: ifMatch(base.version) }, body: patch })),
    onSuccess: (now) => {
      showProfile(who, now);
      setBase(now);
      setForm(preferencesOf(now));
    },
    onError: (error) => {
      refuse(faultsOf(error));
      if (isProblem(error, "precondition_failed")) {
        void queries.fetchQuery({ queryKey: mine(who, "profile"), queryFn: () => ask(api.GET("/me")), staleTime: 0 });
      }
    },
  });
  const patch = changed(base, form);
  const { isPending } = save;
  useEffect(() => {
    // The sign-in has told of them, or another tab has changed something: what was typed here goes on from there.
    if (isPending || profile.version <= base.version) return;
    setForm((typed) => rebased(base, profile, typed));
    setBase(profile);
  }, [isPending, profile, base]);
  function submit(event: FormEvent) {
    event.preventDefault();
    clear();
    if (patch) save.mutate(patch);
  }
  const bind = (field: keyof Preferences) => ({
    name: field,
    value: form[field],
    error: faults[field],
    onChange: (event: { target: { value: string } }) => {
      setForm({ ...form, [field]: event.target.value });
      forget(field);
      save.reset();
    },
  });
  return (
    <form ref={page} onSubmit={submit} noValidate className="sheet p-6" aria-labelledby="own">
      <h2 id="own" className="text-xl">
        As you like it
      </h2>
      <div className="mb-6 mt-4 grid gap-4 sm:grid-cols-2">
        <Field
          label="Name"
          optional
          maxLength={120}
          autoComplete="name"
          hint="What we call you in the shop and in letters."
          wrap="sm:col-span-2"
          {...bind("name")}
        />
        <Select label="Language" empty="The shop’s" choices={localeChoices(form.locale)} {...bind("locale")} />
        <Select
          label="Currency"
          empty="The shop’s"
          choices={currencyChoices(profile.currencies, form.currency)}
          {...bind("currency")}
        />
        <Select
          label="Time zone"
          empty="Not said"
          choices={zoneChoices(form.time_zone)}
          hint="So that days and times are yours."
          {...bind("time_zone")}
        />
      </div>
      <Save
        busy={save.isPending}
        said={save.isSuccess ? "Saved." : ""}
        error={save.isError && !atFields(save.error, FIELDS) ? save.error : undefined}
      />
    </form>
  );
}
