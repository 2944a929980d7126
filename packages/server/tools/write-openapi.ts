#!/usr/bin/env node
// Writes openapi.json from the routes; with --check, fails when the checked-in one differs.
import { readFileSync, writeFileSync } from 'node:fs'
import { createTestApp } from '../test/support/test-app.ts'

const path = new URL('../../../docs/openapi.json', import.meta.url)
const { app, close } = await createTestApp()
const text = `${JSON.stringify((await app.inject('/openapi.json')).json(), null, 2)}\n`
await close()

if (!process.argv.includes('--check')) {
  writeFileSync(path, text)
} else if (text !== readOr(path, '')) {
  process.stderr.write('docs/openapi.json is not what the routes say: run `node packages/server/tools/write-openapi.ts`\n')
  process.exitCode = 1
}

function readOr(file: URL, absent: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return absent
  }
}
