/** Erases one kind of data that is kept for a limited time. */
export interface Purge {
  /** What it erases, for the log: `auditEntries`. */
  name: string
  /** Erases what is no longer kept at `at`, and ends early when `signal` aborts. Resolves with the number of rows, if it counts them. */
  run(at: number, signal: AbortSignal): Promise<number | undefined>
}
