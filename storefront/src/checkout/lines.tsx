import type { CartView } from "../api/schema";
import { problemSentence } from "../lib/problems";
import { Picture, Price } from "../ui/parts";

export function Lines({ cart }: { cart: CartView }) {
  return (
    <ul className="mb-5 space-y-3 border-b border-line pb-5">
      {cart.lines.map((line) => (
        <li key={line.line_id}>
          <div className="flex items-center gap-3">
            <div className="relative shrink-0">
              <Picture src={line.image_url} alt="" className="size-14 rounded-xl" />
              <span className="absolute -right-1.5 -top-1.5 grid min-w-5.5 place-items-center rounded-full bg-ink px-1 text-xs font-bold leading-5.5 text-paper">
                {line.quantity}
                <span className="sr-only"> of</span>
              </span>
            </div>
            <div className="min-w-0 grow leading-tight">
              <p className="font-semibold">{line.title}</p>
              <p className="text-sm text-soft">{line.variant_title}</p>
            </div>
            {line.line_total && <Price money={line.line_total} />}
          </div>
          {cart.problems
            .filter((problem) => problem.line_id === line.line_id && problem.blocking)
            .map((problem) => (
              <p key={problem.code} className="mt-1 text-sm font-medium text-bad">
                {problemSentence(problem)}
              </p>
            ))}
        </li>
      ))}
    </ul>
  );
}
