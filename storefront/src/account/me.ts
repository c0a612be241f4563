import { useQuery } from "@tanstack/react-query";
import { api, ask, queries } from "../api/client";
import type { ProfileView } from "../api/schema";
import { type Person, useAuth } from "../auth/auth";

/** The key of something that is kept for one person alone: nobody who signs in later in this tab may see it. */
export const mine = (who: string, what: string): readonly [string, string, string] => ["me", who, what];

/** Forgets what was fetched for whoever was here. */
export const forgetMine = (): void => queries.removeQueries({ queryKey: ["me"] });

/** Who is signed in, or null. */
export function usePerson(): Person | null {
  const state = useAuth();
  return state.status === "person" ? state.person : null;
}

/** The id of who is signed in; for what is shown to nobody else. */
export const useMyId = (): string => usePerson()?.id ?? "";

const LOOK_AGAIN_MS = 2_000;
const LOOKS = 30;

/** What the shop knows of whoever is signed in. Just after the sign-up it may not have heard of them: it looks again. */
export function useProfile() {
  const who = useMyId();
  return useQuery({
    queryKey: mine(who, "profile"),
    enabled: who !== "",
    queryFn: () => ask(api.GET("/me")),
    refetchInterval: ({ state }) =>
      state.data !== undefined && !state.data.email && state.dataUpdateCount < LOOKS && LOOK_AGAIN_MS,
  });
}

export function showProfile(who: string, profile: ProfileView): void {
  queries.setQueryData(mine(who, "profile"), profile);
}

/** A version as If-Match names it: a change meets what it was made of, or is refused. */
export const ifMatch = (version: number) => ({ "if-match": `"${version}"` });
