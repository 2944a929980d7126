#!/usr/bin/env node
// Writes the pages of docs/ that are made from code; with --check, fails when a checked-in one differs.
import { readFileSync, writeFileSync } from 'node:fs'
import { errorsPage } from '../docs/errors-page.ts'
import { signalsPage } from '../docs/signals-page.ts'

const pages = { 'errors.md': errorsPage(), 'signals.md': signalsPage() }

for (const [name, text] of Object.entries(pages)) {
  const path = new URL(`../../../../docs/${name}`, import.meta.url)
  if (!process.argv.includes('--check')) {
    writeFileSync(path, text)
  } else if (text !== readOr(path, '')) {
    process.stderr.write(`docs/${name} is not what the code says: run \`node packages/server/src/cli/write-docs.ts\`\n`)
    process.exitCode = 1
  }
}

function readOr(file: URL, absent: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return absent
  }
}
