import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import type { CartView, LineView } from "../api/schema";
import { editLine, removeLine } from "./edits";
import type { CartRef } from "./refs";

export type Edit = { quantity: number } | { note: string } | { saved: boolean } | { remove: true };

/** By which it can be seen that a change of a line is on its way. */
export const EDITING = ["cart-line"];
const PAUSE_MS = 350;

/** What a buyer does to a line; `onDone` is told of each change that was made. */
export function useLine(line: LineView, ref: CartRef, onDone?: (cart: CartView, edit: Edit) => void) {
  return useMutation({
    mutationKey: EDITING,
    mutationFn: (edit: Edit) => ("remove" in edit ? removeLine(ref, line.line_id) : editLine(ref, line.line_id, edit)),
    onSuccess: (cart, edit) => onDone?.(cart, edit),
  });
}

/**
 * A number that follows every press at once, and is sent when the presses have come to rest. Returns the number to
 * show and how to set it.
 */
export function useUnhurried(now: number, send: (wanted: number, settled: () => void) => void) {
  const [wanted, setWanted] = useState<number | null>(null);
  const due = useRef<{ timer: ReturnType<typeof setTimeout>; go: () => void } | null>(null);
  useEffect(
    () => () => {
      if (!due.current) return; // Whoever leaves the page has meant it.
      clearTimeout(due.current.timer);
      due.current.go();
    },
    [],
  );
  function set(next: number) {
    clearTimeout(due.current?.timer);
    const go = () => {
      due.current = null;
      send(next, () => due.current === null && setWanted(null));
    };
    due.current = { timer: setTimeout(go, PAUSE_MS), go };
    setWanted(next);
  }
  return [wanted ?? now, set] as const;
}
