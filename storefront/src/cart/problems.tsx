import type { CartProblem, LineView } from "../api/schema";
import { lineName } from "../lib/names";
import { problemSentence, wayOut } from "../lib/problems";
import { Notice } from "../ui/parts";
import type { Edit } from "./editing";

/** What is wrong with a line, each with the press that mends it. */
export function LineProblems({
  line,
  problems,
  busy,
  onEdit,
}: {
  line: LineView;
  problems: readonly CartProblem[];
  busy: boolean;
  onEdit: (edit: Edit) => void;
}) {
  return problems.map((problem) => (
    <Notice key={problem.code} tone={problem.blocking ? "bad" : "warn"}>
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <p>{problemSentence(problem)}</p>
        <Mend line={line} problem={problem} busy={busy} onEdit={onEdit} />
      </div>
    </Notice>
  ));
}

function Mend({
  line,
  problem,
  busy,
  onEdit,
}: {
  line: LineView;
  problem: CartProblem;
  busy: boolean;
  onEdit: (edit: Edit) => void;
}) {
  const way = wayOut(problem);
  if (!way) return null;
  const [words, edit]: [string, Edit] =
    way.do === "set"
      ? [`Take ${way.quantity}`, { quantity: way.quantity }]
      : way.do === "remove"
        ? ["Take it out", { remove: true }]
        : ["All right", { quantity: line.quantity }]; // Whatever is changed, prices are seen anew.
  return (
    <button
      type="button"
      className={`btn min-h-11 ${problem.blocking ? "btn-bad" : "btn-quiet"}`}
      data-mend={problem.blocking || undefined}
      disabled={busy}
      onClick={() => onEdit(edit)}
    >
      {words}
      <span className="sr-only">: {lineName(line)}</span>
    </button>
  );
}
