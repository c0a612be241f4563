import { useMutation } from "@tanstack/react-query";
import { api, ask } from "../api/client";
import { useAuth } from "../auth/auth";
import { Spinner } from "../ui/marks";
import { Failure, Field, Notice } from "../ui/parts";

/** Tell me when it is back. */
export function Waiting({ productId, sku }: { productId: string; sku: string }) {
  const person = useAuth();
  const asking = useMutation({
    mutationFn: (email: string) =>
      ask(
        api.POST("/products/{product_id}/stock-subscriptions", {
          params: { path: { product_id: productId } },
          body: { sku, email },
        }),
      ),
  });
  if (asking.isSuccess) {
    return (
      <Notice tone="good">
        <p>We write to {asking.data.email} when it is back: once, and never again.</p>
      </Notice>
    );
  }
  return (
    <form
      className="sheet space-y-3 p-5"
      onSubmit={(event) => {
        event.preventDefault();
        asking.mutate(String(new FormData(event.currentTarget).get("email")));
      }}
    >
      <p className="font-semibold">Tell me when it is back</p>
      <Field
        label="Email"
        name="email"
        type="email"
        autoComplete="email"
        defaultValue={person.status === "person" ? person.person.email : ""}
      />
      {asking.isError && <Failure error={asking.error} />}
      <button type="submit" className="btn btn-quiet" disabled={asking.isPending}>
        {asking.isPending ? <Spinner label="Sending" /> : "Tell me"}
      </button>
    </form>
  );
}
