/** Tells the benchmark that this peer is listening, answers its messages, and ends on its command or when it is gone. */
export function announce(
  port: number,
  close: () => void | Promise<void>,
  answers: Readonly<Record<string, (message: Record<string, unknown>) => object | Promise<object>>> = {},
): void {
  async function end(): Promise<void> {
    await close()
    process.exit(0)
  }
  process.on('SIGTERM', end)
  process.on('disconnect', end)
  process.on('message', async (message: { type: string }) => {
    const answer = message.type === 'usage' ? usage() : await answers[message.type]?.(message)
    process.send?.({ ...answer, type: message.type })
  })
  process.send?.({ type: 'ready', port })
}

function usage(): { cpu: number; rss: number } {
  const { user, system } = process.cpuUsage()
  return { cpu: user + system, rss: process.memoryUsage.rss() }
}
