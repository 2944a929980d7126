/** 0, then twice as long each time: 5, 10, 20 … 320 ms. Whoever waits for a lock needs no chance to get it, so there is none in this. */
export function pauseBeforeRetry(retries: number): Promise<void> {
  if (retries === 0) return Promise.resolve()
  return new Promise((resolve) => {
    setTimeout(resolve, 5 * 2 ** Math.min(retries - 1, 6))
  })
}
