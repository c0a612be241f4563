import { useId, useRef } from "react";
import { sentence } from "../api/problem";
import { useWish, wishAfter } from "./wishes";

/** The wish for a product: pressed, it is full. A guest is asked who they are. */
export function Heart({ productId, title, wide = false }: { productId: string; title: string; wide?: boolean }) {
  const { wished, guest, set, error, reset } = useWish(productId);
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  const look = wide
    ? "btn btn-quiet min-h-12"
    : "grid size-11 place-items-center rounded-full bg-card/85 text-ink shadow-sm hover:bg-card";
  return (
    <>
      <button
        type="button"
        className={look}
        aria-pressed={wished}
        aria-label={wide ? undefined : `Wish for ${title}`}
        onClick={() => (guest ? dialog.current?.showModal() : set(!wished))}
      >
        <HeartShape full={wished} />
        {wide && (wished ? "On your wishlist" : "Wish for it")}
      </button>
      {error && (
        <p
          role="alert"
          className={`rounded-2xl bg-bad-ground px-3 py-2 text-sm font-medium text-bad ${wide ? "" : "absolute right-0 top-13 z-10 w-52 shadow-lg"}`}
        >
          {sentence(error)}{" "}
          <button type="button" className="min-h-6 underline" onClick={reset}>
            All right
          </button>
        </p>
      )}
      {guest && (
        <dialog
          ref={dialog}
          aria-labelledby={id}
          className="w-[min(26rem,calc(100vw-2rem))] rounded-3xl bg-card p-6 text-ink"
        >
          <h2 id={id} className="break-words text-2xl">
            Keep {title} in mind?
          </h2>
          <p className="mt-2 text-soft">A wishlist needs somebody whose it is. It will be on it when you are back.</p>
          <div className="mt-5 flex flex-wrap justify-end gap-3">
            <button type="button" className="btn btn-quiet" onClick={() => dialog.current?.close()}>
              Not now
            </button>
            <button type="button" className="btn btn-quiet" onClick={() => wishAfter("signUp", productId)}>
              Sign up
            </button>
            <button type="button" className="btn btn-main" onClick={() => wishAfter("signIn", productId)}>
              Sign in
            </button>
          </div>
        </dialog>
      )}
    </>
  );
}

function HeartShape({ full }: { full: boolean }) {
  return (
    <svg viewBox="0 0 24 24" className="size-6" aria-hidden="true">
      <path
        d="M12 20.500C4.500 15.800 2.800 11.800 3.200 8.700 3.700 5.600 6.200 4 8.500 4 10.200 4 11.400 5 12 6.200 12.600 5 13.800 4 15.500 4c2.300 0 4.800 1.600 5.300 4.700.4 3.100-1.300 7.100-8.800 11.800z"
        fill={full ? "var(--madder)" : "none"}
        stroke={full ? "var(--madder)" : "currentColor"}
        strokeWidth="2"
        strokeLinejoin="round"
      />
    </svg>
  );
}
