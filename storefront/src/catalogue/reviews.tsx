import { useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { useId, useState } from "react";
import { api, ask } from "../api/client";
import { Problem } from "../api/problem";
import type { ReviewView } from "../api/schema";
import { auth, useAuth } from "../auth/auth";
import { once } from "../lib/idempotency";
import { LOCALE } from "../lib/locale";
import { Spinner } from "../ui/marks";
import { Failure, Field, Loading, Notice, Skeleton } from "../ui/parts";

const DAY = new Intl.DateTimeFormat(LOCALE, { dateStyle: "medium" });

function Said({ review }: { review: ReviewView }) {
  return (
    <li className="border-t border-line py-5">
      <p>
        <span aria-hidden="true" className="text-madder">
          {"★".repeat(review.rating)}
          <span className="text-edge">{"★".repeat(5 - review.rating)}</span>
        </span>
        <span className="sr-only">{review.rating} of 5 stars</span>
        {review.title && <strong className="ml-3">{review.title}</strong>}
      </p>
      {review.body && <p className="mt-2 max-w-prose whitespace-pre-line">{review.body}</p>}
      <p className="mt-2 text-sm text-soft">
        {review.author || "A buyer"}, {DAY.format(new Date(review.created_at))}
      </p>
    </li>
  );
}

function Write({ productId }: { productId: string }) {
  const group = useId();
  const [rating, setRating] = useState(0);
  const send = useMutation({
    mutationFn: (form: FormData) =>
      once(`review ${productId}`, (key) =>
        ask(
          api.POST("/products/{product_id}/reviews", {
            params: { path: { product_id: productId }, header: { "idempotency-key": key } },
            body: {
              rating,
              title: String(form.get("title")),
              body: String(form.get("body")),
              author: String(form.get("author")),
            },
          }),
        ),
      ),
  });
  if (send.isSuccess) {
    return (
      <Notice tone="good" title="Thank you">
        <p>Your review is shown as soon as we have read it.</p>
      </Notice>
    );
  }
  const unable = send.error instanceof Problem && ["not_a_buyer", "already_reviewed"].includes(send.error.code);
  return (
    <form
      className="max-w-prose space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (rating) send.mutate(new FormData(event.currentTarget));
      }}
    >
      <fieldset>
        <legend className="mb-1 font-medium">How many stars?</legend>
        <div className="flex gap-1">
          {[1, 2, 3, 4, 5].map((star) => (
            <label
              key={star}
              className={`grid size-11 cursor-pointer place-items-center rounded-full text-2xl hover:bg-sunk has-focus-visible:outline-3 has-focus-visible:outline-accent ${star <= rating ? "text-madder" : "text-edge"}`}
            >
              <input
                type="radio"
                name={group}
                className="sr-only"
                required
                checked={star === rating}
                onChange={() => setRating(star)}
              />
              <span aria-hidden="true">★</span>
              <span className="sr-only">{star === 1 ? "1 star" : `${star} stars`}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <Field label="In a word" name="title" maxLength={120} optional />
      <label className="block">
        <span className="mb-1 block font-medium">
          More about it <span className="font-normal text-soft">(optional)</span>
        </span>
        <textarea name="body" className="field" rows={4} maxLength={5000} />
      </label>
      <Field label="Your name, as it is shown" name="author" maxLength={120} optional />
      {send.isError && <Failure error={send.error} />}
      {!unable && (
        <button type="submit" className="btn btn-main" disabled={send.isPending}>
          {send.isPending ? <Spinner label="Sending" /> : "Send the review"}
        </button>
      )}
    </form>
  );
}

export function Reviews({ productId }: { productId: string }) {
  const person = useAuth();
  const [writing, setWriting] = useState(false);
  const query = useInfiniteQuery({
    queryKey: ["reviews", productId],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) =>
      ask(
        api.GET("/products/{product_id}/reviews", {
          params: { path: { product_id: productId }, query: { limit: 5, ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    getNextPageParam: (page) => page.next_cursor ?? null,
  });
  const summary = query.data?.pages[0]?.summary;
  const reviews = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section aria-label="Reviews" className="mt-14">
      <h2 className="text-2xl">Reviews</h2>
      {query.isPending ? (
        <Loading label="Loading the reviews">
          <Skeleton className="mt-4 h-24 w-full" />
        </Loading>
      ) : query.isError ? (
        <Failure error={query.error} retry={() => void query.refetch()} />
      ) : (
        <>
          <p className="mt-1 text-soft">
            {summary?.count
              ? `${summary.average.toFixed(1)} of 5, by ${summary.count} ${summary.count === 1 ? "buyer" : "buyers"}`
              : "Nobody has reviewed this yet."}
          </p>
          <ul className="mt-4">
            {reviews.map((review) => (
              <Said key={review.id} review={review} />
            ))}
          </ul>
          {query.hasNextPage && (
            <button type="button" className="btn btn-quiet" onClick={() => void query.fetchNextPage()}>
              More reviews
            </button>
          )}
          <div className="mt-6">
            {writing && person.status === "person" ? (
              <Write productId={productId} />
            ) : (
              <button
                type="button"
                className="btn btn-quiet"
                onClick={() => (person.status === "person" ? setWriting(true) : auth.signIn())}
              >
                {person.status === "person" ? "Write a review" : "Sign in to write a review"}
              </button>
            )}
          </div>
        </>
      )}
    </section>
  );
}
