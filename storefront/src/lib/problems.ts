import type { CartProblem } from "../api/schema";
import { formatMoney } from "./money";

/** What stands in the way of a line, and what to do about it. */
export function problemSentence(problem: CartProblem): string {
  if (problem.code === "unavailable") return "This isn't sold any more. Take it out to go on.";
  if (problem.code === "insufficient_stock") {
    return problem.available
      ? `Only ${problem.available} left. Take fewer to go on.`
      : "Sold out. Take it out to go on.";
  }
  if (problem.was && problem.now)
    return `The price was ${formatMoney(problem.was)} and is ${formatMoney(problem.now)} now.`;
  return problem.message;
}
