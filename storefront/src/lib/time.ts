import { useEffect, useState } from "react";
import { LOCALE } from "./locale";

const DAY_AND_TIME = new Intl.DateTimeFormat(LOCALE, { dateStyle: "medium", timeStyle: "short" });
const DAY = new Intl.DateTimeFormat(LOCALE, { dateStyle: "long" });

export const formatMoment = (iso: string): string => DAY_AND_TIME.format(new Date(iso));
export const formatDay = (iso: string): string => DAY.format(new Date(iso));

/** Whole seconds until then, never below 0. */
export function secondsUntil(iso: string, now = Date.now()): number {
  return Math.max(0, Math.ceil((Date.parse(iso) - now) / 1000));
}

/** "12:05": minutes and seconds. */
export function clock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** Counts down to a moment, once a second. */
export function useCountdown(iso: string): number {
  const [left, setLeft] = useState(() => secondsUntil(iso));
  useEffect(() => {
    const tick = () => setLeft(secondsUntil(iso));
    tick();
    const timer = setInterval(tick, 1000);
    return () => clearInterval(timer);
  }, [iso]);
  return left;
}
