import type { CartProblem, ShippingOption } from "../api/schema";
import { problemSentence } from "../lib/problems";
import { daysOf } from "../lib/shipping";
import { Failure, Loading, Notice, Price, Skeleton } from "../ui/parts";
import { Legend } from "./fields";
import type { Ways } from "./use-ways";

/** The ways in which it can come, each with its price. */
export function ShippingWays({
  ways,
  chosen,
  problem,
  fault,
  onChoose,
}: {
  ways: Ways;
  chosen: string;
  problem: CartProblem | undefined;
  fault: string | undefined;
  onChoose: (id: string) => void;
}) {
  return (
    <fieldset className="mt-10">
      <Legend>How does it come to you?</Legend>
      {(problem || fault) && (
        <div className="mb-3">
          <Notice tone={fault || problem?.blocking ? "bad" : "warn"}>
            {fault ?? (problem && problemSentence(problem))}
          </Notice>
        </div>
      )}
      {ways.status === "waiting" && <p className="text-soft">Tell us where to, and we show you the ways.</p>}
      {ways.status === "unserved" && (
        <p className="text-soft">We don't send to this country. Choose another one above.</p>
      )}
      {ways.status === "loading" && (
        <Loading label="Looking for ways of shipping">
          <Skeleton className="h-18 w-full" />
          <Skeleton className="mt-3 h-18 w-full" />
        </Loading>
      )}
      {ways.status === "failed" && <Failure error={ways.error} retry={ways.retry} />}
      {ways.status === "there" &&
        (ways.options.length ? (
          <div className="space-y-3">
            {ways.options.map((option) => (
              <Card key={option.id} option={option} checked={option.id === chosen} onChoose={onChoose} />
            ))}
          </div>
        ) : (
          !fault && !problem && <p className="text-soft">Nothing has to be sent.</p>
        ))}
    </fieldset>
  );
}

function Card({
  option,
  checked,
  onChoose,
}: {
  option: ShippingOption;
  checked: boolean;
  onChoose: (id: string) => void;
}) {
  const days = daysOf(option);
  const free = option.price.amount === 0;
  return (
    <label className="flex cursor-pointer items-start gap-3 rounded-2xl border-[1.5px] border-edge bg-card p-4 has-checked:border-accent has-checked:ring-1 has-checked:ring-accent has-focus-visible:outline-3 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent">
      <input
        type="radio"
        name="method"
        value={option.id}
        checked={checked}
        className="mt-1 size-5 shrink-0 accent-accent focus-visible:outline-none"
        onChange={() => onChoose(option.id)}
      />
      <span className="min-w-0 grow">
        <span className="block font-semibold">{option.title}</span>
        {days && <span className="block text-sm text-soft">{days}</span>}
        {option.description && <span className="block text-sm text-soft">{option.description}</span>}
        {option.pickup_at && <span className="block text-sm">Collect it at: {option.pickup_at}</span>}
      </span>
      <span className={`shrink-0 font-semibold ${free ? "text-good" : ""}`}>
        {free ? "Free" : <Price money={option.price} />}
      </span>
    </label>
  );
}
