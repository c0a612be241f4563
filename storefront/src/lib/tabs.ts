// A guest's order opens by its secret token, which is kept by the tab that placed it and written down nowhere else. Other
// tabs of this browser, where the same cart was open, ask for it: browsers carry such words within one origin only.
const CHANNEL = "souk.orders";
const PATIENCE_MS = 300;

type Word = { asks: string } | { tells: string; token: string };

const open = () =>
  typeof window === "undefined" || !("BroadcastChannel" in window) ? null : new BroadcastChannel(CHANNEL);

/** From now on this tab tells others the tokens that it knows. */
export function answerOtherTabs(tokenOf: (orderId: string) => string | undefined): void {
  const channel = open();
  channel?.addEventListener("message", ({ data }: MessageEvent<Word>) => {
    const token = "asks" in data ? tokenOf(data.asks) : undefined;
    if ("asks" in data && token) channel.postMessage({ tells: data.asks, token } satisfies Word);
  });
}

/** The token of an order if another tab knows it. */
export async function askOtherTabs(orderId: string): Promise<string | null> {
  const channel = open();
  if (!channel) return null;
  const answer = await new Promise<string | null>((resolve) => {
    setTimeout(() => resolve(null), PATIENCE_MS);
    channel.addEventListener("message", ({ data }: MessageEvent<Word>) => {
      if ("tells" in data && data.tells === orderId) resolve(data.token);
    });
    channel.postMessage({ asks: orderId } satisfies Word);
  });
  channel.close();
  return answer;
}
