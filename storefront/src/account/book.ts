import { useMutation, useQuery } from "@tanstack/react-query";
import { api, ask, done, queries } from "../api/client";
import { isProblem } from "../api/problem";
import type { AddressPatch, AddressView, NewAddress } from "../api/schema";
import { once } from "../lib/idempotency";
import { ifMatch, mine, useMyId } from "./me";

export const MOST = 20;

/** The address book of whoever is signed in; nothing for guests. */
export function useBook() {
  const who = useMyId();
  return useQuery({
    queryKey: mine(who, "addresses"),
    enabled: who !== "",
    queryFn: async () => (await ask(api.GET("/me/addresses"))).items,
  });
}

/** The changes of the book. Each shows the book as it is afterwards: a default may have moved to another entry. */
export function useBookChanges() {
  const who = useMyId();
  const key = mine(who, "addresses");
  const look = () => queries.invalidateQueries({ queryKey: key });
  const add = useMutation({
    mutationFn: (body: NewAddress) =>
      once(`address.${who}`, (given) =>
        ask(api.POST("/me/addresses", { params: { header: { "idempotency-key": given } }, body })),
      ),
    onSuccess: look,
  });
  const update = useMutation({
    mutationFn: ({ entry, patch }: { entry: AddressView; patch: AddressPatch }) =>
      ask(
        api.PATCH("/me/addresses/{address_id}", {
          params: { path: { address_id: entry.id }, header: ifMatch(entry.version) },
          body: patch,
        }),
      ),
    onSettled: look,
  });
  const remove = useMutation({
    mutationFn: async (entry: AddressView) => {
      try {
        await done(api.DELETE("/me/addresses/{address_id}", { params: { path: { address_id: entry.id } } }));
      } catch (error) {
        if (!isProblem(error, "not_found")) throw error; // It is gone, whoever did it.
      }
    },
    onSettled: look,
  });
  return { add, update, remove };
}
