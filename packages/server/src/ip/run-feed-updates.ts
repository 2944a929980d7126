import { setPriority } from 'node:os'
import { updateDueFeeds } from './update-due-feeds.ts'

// Runs as a separate process, with the directory of the lists as its argument: reading lists and packing them takes a second of processor time, which no
// decision waits for.
setPriority(10)
await updateDueFeeds(process.argv[2] ?? 'data/ip', { clock: Date.now, chance: Math.random() })
