const GRACE_MS = 30_000

/**
 * Ends this process when something still keeps it alive half a minute after its last test, and says what. The test runner bounds the time of a test, but
 * waits for ever for a process whose tests have ended.
 */
export function endSoon() {
  const timer = setTimeout(() => {
    console.error(`Still open after the last test: ${process.getActiveResourcesInfo().join(', ')}`)
    process.exit()
  }, GRACE_MS)
  timer.unref()
}
