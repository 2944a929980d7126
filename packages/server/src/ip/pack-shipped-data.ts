import { loadShippedData } from './load-shipped-data.ts'

// Run as a process of its own, with the fallback directory as its argument: makes the packs that are missing and leaves them on disk.
loadShippedData({ fallbackDirectory: process.argv[2] ?? 'data/ip', isPacker: true })
