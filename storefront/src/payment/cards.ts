import { useQuery } from "@tanstack/react-query";
import { mine, useMyId } from "../account/me";
import { api, ask } from "../api/client";

/** The cards that the provider keeps for whoever is signed in. */
export function useSavedCards() {
  const who = useMyId();
  return useQuery({
    queryKey: mine(who, "cards"),
    enabled: who !== "",
    queryFn: async () => (await ask(api.GET("/me/payment-methods"))).items,
  });
}
