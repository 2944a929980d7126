import { loadShippedData } from './load-shipped-data.ts'
import { loadRangeLists } from './range-lists.ts'

// Run as a process of its own, with the directory of the lists as its argument: makes the packs that are missing and leaves them on disk.
const directory = process.argv[2] ?? 'data/ip'
loadShippedData({ fallbackDirectory: directory, isPacker: true })
loadRangeLists(directory)
