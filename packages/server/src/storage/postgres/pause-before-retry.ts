/** 0, then twice as long each time: 5, 10, 20 … 320 ms. There is nothing random in it: after the first conflict, work waits for locks in turn. */
export function pauseBeforeRetry(retries: number): Promise<void> {
  if (retries === 0) return Promise.resolve()
  return new Promise((resolve) => {
    setTimeout(resolve, 5 * 2 ** Math.min(retries - 1, 6))
  })
}
