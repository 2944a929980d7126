import { loadShippedData } from './load-shipped-data.ts'
import { loadShippedLists } from './load-shipped-lists.ts'
import { loadRangeLists } from './range-lists.ts'

// Runs as a separate process, with the directory of the lists as its argument: makes missing packs and leaves them on disk.
const directory = process.argv[2] ?? 'data/ip'
loadShippedData({ fallbackDirectory: directory, isPacker: true })
loadShippedLists({ fallbackDirectory: directory, isPacker: true })
loadRangeLists(directory)
