import { isMainThread, parentPort } from 'node:worker_threads'

// Loaded before everything else in every thread of a server (`--import`): the thread that folds the read side of the embedded store does nothing until it is
// stopped. The server knows nothing of it, and does what it always does with each decision.

if (!isMainThread && process.argv[1]?.endsWith('fold-worker.ts')) {
  parentPort?.on('message', ({ type }: { type: string }) => {
    if (type === 'stop') process.exit(0)
  })
  await new Promise(() => undefined)
}
