const STEPS = [
  { id: "delivery", label: "Delivery" },
  { id: "payment", label: "Payment" },
  { id: "done", label: "Done" },
] as const;

export type Step = (typeof STEPS)[number]["id"];

/** Where the buyer is on the way. */
export function Steps({ now }: { now: Step }) {
  const at = STEPS.findIndex((step) => step.id === now);
  return (
    <ol aria-label="Steps of your purchase" className="mb-5 flex items-center gap-2 text-sm font-semibold">
      {STEPS.map(({ id, label }, index) => (
        <li
          key={id}
          aria-current={id === now ? "step" : undefined}
          className={`flex items-center gap-2 ${index > at ? "text-soft" : ""}`}
        >
          {index > 0 && (
            <span className={`h-0.5 w-5 sm:w-10 ${index <= at ? "bg-madder" : "bg-line"}`} aria-hidden="true" />
          )}
          <span
            aria-hidden="true"
            className={`grid size-6 rotate-45 place-items-center rounded-[5px] ${index <= at ? "bg-madder text-white" : "border-[1.5px] border-edge"}`}
          >
            <span className="-rotate-45 text-xs">{index < at || now === "done" ? "✓" : index + 1}</span>
          </span>
          {label}
          {index < at && <span className="sr-only">, done</span>}
        </li>
      ))}
    </ol>
  );
}
