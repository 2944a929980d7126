#!/usr/bin/env node
// Plain JavaScript: nothing is cached before this file has run, so Node would load its TypeScript compiler for these few lines, at every start.
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'

// Halves the time to start. Beside the code, where nobody else can write; where we can not either, it stays off.
enableCompileCache(join(import.meta.dirname, '../../node_modules/.cache/compile'))

const { runCommandLine } = await import('./run-command-line.ts')
process.exitCode = await runCommandLine(process.argv.slice(2))
