/** How often others have their turn until the work is done. */
export async function turnsDuring<T>(work: () => Promise<T>): Promise<{ turns: number; result: T }> {
  let turns = 0
  let isDone = false
  const counting = (async () => {
    for (; !isDone; turns += 1) await new Promise((resolve) => setImmediate(resolve))
  })()
  const result = await work()
  isDone = true
  await counting
  return { turns, result }
}
